// SPDX-License-Identifier: MIT

/**
 * A type as C++ writes it, around what is declared: "void (*" and ")(int)" of a pointer to a function.
 * `kind` says what a pointer to it looks like.
 */
export interface TypeText {
  readonly left: string;
  readonly right: string;
  readonly kind: "plain" | "function" | "array";
  /** Types that a pack stands for. */
  readonly pack?: readonly TypeText[];
  /** It is this parameter of whatever template it is used in. */
  readonly parameter?: number;
}

export function plain(left: string): TypeText {
  return { left, right: "", kind: "plain" };
}

export function packOf(pack: readonly TypeText[]): TypeText {
  return { ...plain(listed(pack)), pack };
}

export function textOf({ left, right }: TypeText): string {
  return left + right;
}

/** As a list of arguments; empty packs take no place. */
export function listed(types: readonly TypeText[]): string {
  return types
    .filter(({ pack }) => pack === undefined || pack.length > 0)
    .map(textOf)
    .join(", ");
}

/** A pointer, a reference, or what else stands behind a type and before the name. */
export function pointerTo(type: TypeText, mark: string): TypeText {
  const { left, right, kind } = type;
  if (kind === "plain") {
    // Of references to references the one with fewer marks is meant.
    if (mark.startsWith("&") && left.endsWith("&")) {
      const isRight = mark === "&&" && left.endsWith("&&");
      return { left: isRight ? left : `${left.replace(/&+$/, "")}&`, right, kind };
    }
    return { left: left + mark, right, kind };
  }
  const space = left === "" || left.endsWith(" ") || left.endsWith("(") ? "" : " ";
  return {
    left: `${left}${space}(${mark.trimStart()}`,
    right: `)${kind === "array" ? " " : ""}${right}`,
    kind: "plain",
  };
}

export function qualified(type: TypeText, qualifiers: string): TypeText {
  if (type.kind === "function") return { ...type, right: type.right + qualifiers };
  if (type.kind === "array") return { ...type, left: `${type.left.trimEnd()}${qualifiers} ` };
  return { ...type, left: type.left + qualifiers };
}

/** "<int, char>", with a blank between two closing brackets. */
export function templateText(types: readonly TypeText[]): string {
  const text = listed(types);
  return `<${text}${text.endsWith(">") ? " " : ""}>`;
}
