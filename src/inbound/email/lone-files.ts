// Whether a mail may consist of its files alone. Apart from what opens files, because that loads a parser only its threads need.
/** What holds a mail's words so that nobody here can read them: encrypted, or a piece of a whole. */
const SEALED: readonly string[] = [
  ...["application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "message/partial"],
];

/** Whether files can be all that a mail brings: not where its words are among them. */
export function canStandAlone(files: readonly { contentType: string }[]): boolean {
  return files.length > 0 && !files.some(({ contentType }) => SEALED.includes(contentType.split(";")[0] ?? ""));
}
