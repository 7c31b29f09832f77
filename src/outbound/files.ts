// The files that go with a delivery. Only what the System's provider may see now, and in memory only what its limit lets go.
import type { System } from "../store/outgoing.ts";
import type { AttachmentViews } from "../store/views/attachments.ts";
import type { EventView, Reader } from "../store/views/types.ts";
import type { OutgoingAttachment } from "./ports.ts";

type Files = Pick<AttachmentViews, "list" | "one" | "bytes">;

interface Wanted {
  event: EventView;
  system: System;
  /** Whether their bytes can go along. */
  whole: boolean;
}

/**
 * The files of an event towards a System, with their bytes where they are wanted; what is over the System's limit comes without. An event
 * about a file has that one. A Submit Request has what the desk sent the provider before, which a re-opened task may need. No
 * other mail has any: each was sent with the event that brought it, and would go with every word again.
 */
export async function filesFor(files: Files, { event, system, whole }: Wanted): Promise<OutgoingAttachment[]> {
  const reader: Reader = system.provider === null ? { kind: "desk" } : { kind: "provider", provider: system.provider };
  const found: OutgoingAttachment[] = [];
  let room = whole ? system.delivery.attachmentBytes : -1;
  for (const id of await idsOf(files, event, reader)) {
    const one = await files.one(id, reader);
    // Meanwhile the task may have been taken from the provider, and nothing internal ever leaves.
    if (one === null || one.view.visibility === "internal") continue;
    const { name: fileName, contentType, size } = one.view;
    const content = size <= room ? Buffer.concat(await Array.fromAsync(files.bytes(id, one.pieces))) : null;
    if (content) room -= size;
    found.push({ fileName, contentType, size, content });
  }
  return found;
}

async function idsOf(files: Files, { attachment, requestType, task }: EventView, reader: Reader): Promise<string[]> {
  if (attachment) return [attachment.id];
  if (requestType !== "Submit Request" || task === null || reader.kind === "desk") return [];
  const listed = (await files.list(task.number, reader)) ?? [];
  return listed.filter(({ provider }) => provider === null).map(({ id }) => id);
}
