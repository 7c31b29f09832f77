// The words that the tags Status and Action understand: each means one thing, and a text that is none of them means nothing. Known to who
// reads mails and to who checks a mailbox.

/** What the tag Status may say, and what the tag Action may. */
export const STATUS_WORDS = ["solved", "closed", "returned"] as const;
export const ACTION_WORDS = ["acknowledgement", "update", "reassignment", "ticket"] as const;

export type MailWord = (typeof STATUS_WORDS)[number] | (typeof ACTION_WORDS)[number];

/** Further words of a mailbox, by what they mean. */
export type MailWords = Readonly<Partial<Record<MailWord, readonly string[]>>>;

/** What is understood everywhere beside the words themselves: German, and other ways to write a ticket. */
const USUAL: MailWords = {
  solved: ["gelöst", "geloest"],
  closed: ["geschlossen"],
  returned: ["zurückgegeben", "zurueckgegeben"],
  acknowledgement: ["Bestätigung", "Bestaetigung"],
  update: ["Aktualisierung"],
  reassignment: ["Neuzuweisung"],
  ticket: ["new ticket", "neues Ticket"],
};

/** A word as it is compared: all of a tag's value, and nothing more. */
const wordKey = (text: string): string => text.normalize("NFC").trim().toLowerCase();

/** What a value means among these; null for none. */
export function wordMeant<W extends MailWord>(text: string, among: readonly W[], own: MailWords = {}): W | null {
  const key = wordKey(text);
  const isMeant = (word: W): boolean => [word, ...(USUAL[word] ?? []), ...(own[word] ?? [])].some((one) => wordKey(one) === key);
  return among.find(isMeant) ?? null;
}

/** A further word that would mean two things, with both; null where there is none. */
export function doubtfulWord(own: MailWords): { text: string; means: readonly [MailWord, MailWord] } | null {
  for (const among of [STATUS_WORDS, ACTION_WORDS] as const satisfies readonly (readonly MailWord[])[]) {
    for (const word of among) {
      for (const text of own[word] ?? []) {
        const other = (among as readonly MailWord[]).filter((one) => one !== word).find((one) => wordMeant(text, [one], own));
        if (other) return { text, means: [word, other] };
      }
    }
  }
  return null;
}
