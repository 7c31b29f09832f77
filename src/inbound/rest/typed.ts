// What the contract says of one operation, as types: made from the generated ones, so that a handler is held to it.
import type { components, operations } from "./contract-types.ts";

export type OperationId = keyof operations;

/** As it is, and nobody changes it. The generated types leave that open, as a client made from them wants it. */
type Kept<T> = T extends readonly (infer One)[]
  ? readonly Kept<One>[]
  : T extends object
    ? { readonly [Name in keyof T]: Kept<T[Name]> }
    : T;

/** A schema of the contract, by its name. */
export type Schemas = { [Name in keyof components["schemas"]]: Kept<components["schemas"][Name]> };

type Parameters<Id extends OperationId, Place extends "path" | "query"> = [
  NonNullable<operations[Id]["parameters"][Place]>,
] extends [never]
  ? Readonly<Record<never, never>>
  : NonNullable<operations[Id]["parameters"][Place]>;

export type PathOf<Id extends OperationId> = Parameters<Id, "path">;
export type QueryOf<Id extends OperationId> = Parameters<Id, "query">;

/** The JSON body an operation takes; undefined where it takes none. */
export type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Kept<Body>
  : operations[Id] extends { requestBody: { content: { "application/merge-patch+json": infer Patch } } }
    ? Kept<Patch>
    : undefined;

type Answers<Id extends OperationId> = operations[Id]["responses"];

type Success = 200 | 201 | 202 | 204 | 206;

/** Each success an operation may answer: its status, with the JSON body it has then; never where it has another body. */
export type SuccessOf<Id extends OperationId> = {
  [Status in keyof Answers<Id> & Success]: {
    status: Status;
    body: Answers<Id>[Status] extends { content: infer Content }
      ? Kept<Content[keyof Content & `application/${string}json`]>
      : never;
  };
}[keyof Answers<Id> & Success];

/** The JSON body of an operation's success. */
export type ResultOf<Id extends OperationId> = SuccessOf<Id>["body"];
