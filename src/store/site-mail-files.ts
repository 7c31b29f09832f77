// What a mailbox does with files that come with mails, as a site document says it.

/** Which files of mails are taken. What is not said is as usual. */
export interface MailFilesDocument {
  /** Most files of one mail, pictures in the text not counted; 0 for a mailbox that takes none. */
  most?: number;
  /** Most bytes of one file; what the gateway takes of any file is a limit beside it. */
  mostBytes?: number;
  /** Media types and endings; none for any. */
  types?: readonly string[];
  /** Whether pictures that stand in the text are files of the task. */
  inlineImages?: "take" | "leave";
  /** What becomes of a mail with a file that is not taken: it is set aside, or carried out without that file, which stays in the mail. */
  refused?: "aside" | "leave";
}

/** As it is kept: absent where a mailbox says nothing of it, types in small letters. */
export function mailFilesOf(given: MailFilesDocument | null | undefined): { attachments?: MailFilesDocument } {
  if (!given) return {};
  const types = given.types?.map((type) => type.toLowerCase());
  return { attachments: { ...given, ...(types ? { types } : {}) } };
}
