// Lets the type check hold the languages against each other: the same keys, and in each text the same places for values.

import type { zh } from './zh';

export type Key = keyof typeof zh;

/** The names between braces of a text. */
export type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

/** A text with exactly the places that the Chinese one has. */
type Alike<Text extends string> = [Places<Text>] extends [never] ? string : Holds<Places<Text>>;
type Holds<Name extends string> = UnionToIntersection<Name extends string ? `${string}{${Name}}${string}` : never>;
type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;

export type Dictionary = { readonly [K in Key]: Alike<(typeof zh)[K]> };

/** The values that a key's text needs. */
export type Values<K extends Key> = [Places<(typeof zh)[K]>] extends [never]
  ? []
  : [values: Record<Places<(typeof zh)[K]>, string | number>];

/** The keys whose text needs no values. */
export type PlainKey = { [K in Key]: [Places<(typeof zh)[K]>] extends [never] ? K : never }[Key];
