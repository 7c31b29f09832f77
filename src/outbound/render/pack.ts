// How an input travels to the process of expressions: a field is the same whichever app names it, so it travels once.
import type { RenderInput } from "../ports.ts";
import { underEveryApp } from "./catalogue.ts";

/** Where an input keeps its fields without the names of apps before them. */
export const FIELDS = Symbol("fields");

/** An input that knows its `appFields` came from one list of fields. */
export interface FieldsOnce {
  readonly [FIELDS]: Readonly<Record<string, string>>;
}

/** An input as it travels: `fields` stands for `appFields` when they are the same under every app. */
export type PackedInput = Omit<RenderInput, "appFields"> & {
  appFields?: RenderInput["appFields"];
  fields?: Readonly<Record<string, string>>;
};

/** Packs an input for `JSON.stringify`. */
export function packInput(input: RenderInput & Partial<FieldsOnce>): PackedInput {
  const { event, task, ticket, message, props, secrets, formFields, values, [FIELDS]: fields } = input;
  const rest = { event, task, ticket, message, props, secrets, formFields, values };
  return fields === undefined ? { ...rest, appFields: input.appFields } : { ...rest, fields };
}

/** The input again. `appFields` is made when an expression first looks at it. */
export function unpackInput({ fields, appFields, ...rest }: PackedInput): RenderInput {
  let made = appFields;
  return {
    ...rest,
    get appFields() {
      made ??= underEveryApp(fields ?? {});
      return made;
    },
  };
}
