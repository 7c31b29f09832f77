// What kind of mail it is, row by row: marks of people, machines, ticket systems and mail servers.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readDeliveryReport } from "../../src/inbound/email/delivery-report.ts";
import { readFields } from "../../src/inbound/email/header.ts";
import { type MailKind, natureOf } from "../../src/inbound/email/mail-kind.ts";

type Row = [header: string, kind: MailKind, answerable?: boolean];

const ROWS: readonly Row[] = [
  ["From: noc@acme.example\nSubject: Re: TSK-1", "person", true],
  ["From: noc@acme.example\nAuto-Submitted: no", "person", true],
  ["From: noc@acme.example\nSubject: Re: Automatic reply: TSK-1", "person", true],
  ["From: noc@acme.example\nX-Autoreply: no", "person", true],
  ["From: postmaster@acme.example\nSubject: Re: undeliverable parcel", "bounce"],
  ["From: noc@acme.example\nSubject: Re: undeliverable parcel", "person", true],
  // Written by hand, but nothing is to be written back.
  ["From: noc@acme.example\nX-Auto-Response-Suppress: All", "person"],
  ["From: noc@acme.example\nX-Auto-Response-Suppress: DR, OOF", "person"],
  ["From: noc@acme.example\nX-Auto-Response-Suppress: DR", "person", true],
  ["From: noreply@acme.example", "person"],
  ["From: no-reply+17@acme.example", "person"],
  ["From: noreplyson@acme.example", "person", true],
  ["From: noc@acme.example\nRT-Ticket: acme #7", "person"],
  ["From: noc@acme.example\nX-Crossdesk: whatever", "person"],
  ["From: noc@acme.example\nList-Unsubscribe: <mailto:x@acme.example>", "person"],
  ["From: noc@acme.example\nList-Id: <noc.acme.example>", "list"],
  ["From: noc@acme.example\nPrecedence: list", "list"],
  // Machines.
  ["From: noc@acme.example\nAuto-Submitted: auto-generated", "automatic"],
  ["From: noc@acme.example\nAuto-Submitted: (by cron) auto-notified; x=y", "automatic"],
  ["From: noc@acme.example\nPrecedence: bulk", "automatic"],
  ["From: noc@acme.example\nPrecedence: auto_reply", "automatic"],
  ["From: noc@acme.example\nX-Autoreply: yes", "automatic"],
  ["From: noc@acme.example\nReturn-Path: <>", "automatic"],
  ["From: noc@acme.example\nX-POST-MessageClass: 9; Autoresponder", "automatic"],
  ["From: noc@acme.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b", "automatic"],
  // Ticket systems, as they confirm.
  ["From: otrs@acme.example\nAuto-Submitted: auto-replied\nX-Powered-By: OTRS (https://otrs.com/)", "receipt"],
  ["From: znuny@acme.example\nX-OTRS-Loop: yes\nPrecedence: bulk", "receipt"],
  ["From: rt@acme.example\nAuto-Submitted: auto-replied\nX-RT-Loop-Prevention: acme", "receipt"],
  ["From: rt@acme.example\nPrecedence: bulk\nX-Managed-By: RT 5.0.4 (http://www.bestpractical.com/rt/)", "receipt"],
  ["From: jira@acme.example\nAuto-Submitted: auto-generated\nX-JIRA-FingerPrint: 1a2b", "receipt"],
  ["From: acme@service-now.example\nPrecedence: bulk\nX-ServiceNow-Generated: true", "receipt"],
  ["From: support@acme.example\nAuto-Submitted: auto-generated\nX-Mailer: Zendesk Mailer", "receipt"],
  ["From: support@acme.example\nX-Autoreply: true\nX-Freshdesk-Ticket: 17", "receipt"],
  ["From: support@acme.example\nAuto-Submitted: auto-replied\nX-Mailer: osTicket Mailer", "receipt"],
  ["From: glpi@acme.example\nAuto-Submitted: auto-generated\nX-GLPI-NotificationTemplate: 4", "receipt"],
  ["From: redmine@acme.example\nAuto-Submitted: auto-generated\nX-Mailer: Redmine", "receipt"],
  ["From: zammad@acme.example\nAuto-Submitted: auto-replied\nUser-Agent: Zammad Mail Service", "receipt"],
  // Absence notes: by their subject alone, or by marks.
  ["From: bo@acme.example\nSubject: Automatic reply: TSK-1", "out_of_office"],
  ["From: bo@acme.example\nSubject: Abwesenheitsnotiz: TSK-1", "out_of_office"],
  ["From: bo@acme.example\nSubject: Réponse automatique : TSK-1", "out_of_office"],
  ["From: bo@acme.example\nSubject: Respuesta automática: TSK-1", "out_of_office"],
  ["From: bo@acme.example\nSubject: 自動応答: TSK-1", "out_of_office"],
  ["From: bo@acme.example\nAuto-Submitted: auto-replied (vacation)\nSubject: Re: TSK-1", "out_of_office"],
  [
    "From: bo@acme.example\nAuto-Submitted: auto-generated\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    "out_of_office",
  ],
  // Mail servers.
  ["From: MAILER-DAEMON@acme.example\nContent-Type: multipart/report; report-type=delivery-status;\n boundary=b", "bounce"],
  ['From: x@acme.example\nContent-Type: multipart/report; boundary=b; report-type="delivery-status"', "bounce"],
  ["From: Mail Delivery System <MAILER-DAEMON@acme.example>\nSubject: Undelivered Mail Returned to Sender", "bounce"],
  ["From: postmaster@acme.example\nSubject: Unzustellbar: TSK-1", "bounce"],
  ["From: MAILER-DAEMON@acme.example\nReturn-Path: <>\nSubject: Hi", "bounce"],
  ["From: x@acme.example\nX-Failed-Recipients: noc@acme.example", "bounce"],
];

suite("kinds of mail", () => {
  for (const [header, kind, answerable = false] of ROWS) {
    test(`${kind}${answerable ? ", answerable" : ""}: ${header.replaceAll("\n", " | ")}`, () => {
      const fields = readFields(Buffer.from(`${header.replaceAll("\n", "\r\n")}\r\n\r\n`)) ?? [];
      const subject = fields.find(({ name }) => name === "subject")?.value ?? "";
      assert.deepEqual(natureOf(fields, subject), { kind, answerable });
    });
  }
});

const crlf = (text: string): Buffer => Buffer.from(text.replaceAll("\n", "\r\n"));

const POSTFIX = crlf(`Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4X1.17/mx.example"

This is a MIME-encapsulated message.

--4X1.17/mx.example
Content-Type: text/plain; charset=us-ascii

<noc@acme.example>: host mx.acme.example said: 550 5.1.1 User unknown

--4X1.17/mx.example
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sat, 31 Jan 2026 15:00:00 +0000

Final-Recipient: rfc822; noc@acme.example
Original-Recipient: rfc822;noc@acme.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <noc@acme.example>:
    User unknown

Final-Recipient: rfc822; bo@acme.example
Action: delayed
Status: 4.2.2 (mailbox full)

--4X1.17/mx.example
Content-Type: message/rfc822

Message-ID: <k-1.token@desk.example>
X-Crossdesk: 0190 amark
Subject: Printer on fire

Please help.
--4X1.17/mx.example--
`);

suite("delivery reports", () => {
  test("one by the book: each recipient, and the mail it is about", () => {
    assert.deepEqual(readDeliveryReport(POSTFIX), {
      recipients: [
        {
          recipient: "noc@acme.example",
          action: "failed",
          status: "5.1.1",
          diagnostic: "550 5.1.1 <noc@acme.example>: User unknown",
        },
        { recipient: "bo@acme.example", action: "delayed", status: "4.2.2", diagnostic: null },
      ],
      messageIds: ["k-1.token@desk.example"],
      marks: ["0190 amark"],
    });
  });

  test("one in words alone, with the mail below them", () => {
    const report = readDeliveryReport(
      crlf(`From: MAILER-DAEMON@mx.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
<noc@acme.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 no such user here

--- Below this line is a copy of the message.

Message-ID: <k-2.token@desk.example>
Subject: Printer on fire
`),
    );
    assert.deepEqual(report.messageIds, ["k-2.token@desk.example"]);
    assert.deepEqual(report.recipients, [
      {
        recipient: null,
        action: "failed",
        status: "5.1.1",
        diagnostic: "Remote host said: 550 5.1.1 no such user here",
      },
    ]);
  });

  test("parts in base64, a boundary that never closes, and a header alone", () => {
    const status = Buffer.from(
      "Reporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: FAILED\r\nStatus: 5.0.0\r\n",
    );
    const report = readDeliveryReport(
      crlf(`Content-Type: multipart/report; boundary=b; report-type=delivery-status
In-Reply-To: <k-3.token@desk.example>

--b
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

${status.toString("base64")}
--b
Content-Type: text/rfc822-headers

Subject: x
`),
    );
    assert.deepEqual(report.recipients, [{ recipient: "a@b.example", action: "failed", status: "5.0.0", diagnostic: null }]);
    assert.deepEqual(report.messageIds, ["k-3.token@desk.example"]);
  });

  test("nested without end, or nothing at all, is an empty report that failed", () => {
    const deep = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(1_000);
    for (const text of [deep, "", "\n\n\n", "Content-Type: multipart/report; boundary=\n\n--\n--\n"]) {
      const { recipients, messageIds } = readDeliveryReport(crlf(text));
      assert.deepEqual([recipients.length, messageIds], [1, []]);
    }
  });
});
