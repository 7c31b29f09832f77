// GET /v1/mailboxes/{mailbox}/answers
import type { AnswerState, AnswerView } from "../../../store/mail-answers.ts";
import { timeText } from "../json.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const listMailAnswers: Operation<"listMailAnswers"> = {
  callers: ["administrator"],
  async handle(call, { mailAnswers, site }) {
    const { mailbox } = call.path;
    if (!site().mailboxes.has(mailbox)) throw new Problem("unknown_mailbox");
    const { state, recipient, from, until, ...rest } = { limit: 50, ...call.query };
    const filter = {
      ...{ ...rest, mailbox },
      ...(state === undefined ? {} : { state: state === "waiting" ? ("ready" as const) : state }),
      ...(recipient === undefined ? {} : { recipient: recipient.toLowerCase() }),
      ...{ ...givenTime("from", from), ...givenTime("until", until) },
    };
    const page = await mailAnswers(filter);
    return { status: 200, body: { answers: page.items.map(answerJson), next: page.next }, next: page.next };
  },
};

const shown = (state: AnswerState) => (state === "ready" ? ("waiting" as const) : state);

function answerJson({ id, kind, recipient, letter, state, tries, code, note, createdAt, updatedAt }: AnswerView) {
  const { subject, text, inReplyTo } = letter;
  return {
    ...{ id, kind, recipient, subject, text, inReplyTo, state: shown(state), tries, code, note },
    ...{ createdAt: timeText(createdAt), updatedAt: timeText(updatedAt) },
  };
}
