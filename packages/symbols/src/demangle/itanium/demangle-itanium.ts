// SPDX-License-Identifier: MIT
import { ExpressionParser } from "./expression-parser.ts";
import { NotMangled } from "./mangled-text.ts";
import { textOf } from "./type-text.ts";

/** What the compiler makes besides functions: of a type, and of a name. */
const OF_TYPES: readonly (readonly [string, string])[] = [
  ["TV", "vtable for "],
  ["TT", "VTT for "],
  ["TI", "typeinfo for "],
  ["TS", "typeinfo name for "],
];
const OF_NAMES: readonly (readonly [string, string])[] = [
  ["GV", "guard variable for "],
  ["TW", "TLS wrapper function for "],
  ["TH", "TLS init function for "],
];

class EncodingParser extends ExpressionParser {
  /** The whole of what is mangled. */
  parse(): string {
    this.input.expect("_Z");
    const text = this.encoding();
    const clones = this.input.rest;
    if (clones === "") return text;
    // What a compiler has split off, or made anew for some callers: ".cold", ".part.0".
    const parts = clones.match(/\.[a-zA-Z_]+(?:\.\d+)*|\.\d+/g) ?? [];
    if (parts.join("") !== clones) return this.input.fail();
    return text + parts.map((part) => ` [clone ${part}]`).join("");
  }

  protected encoding(showsReturned = true): string {
    const { input } = this;
    if (input.peek() === "T" || input.peek() === "G") return this.#special();
    const name = this.encodedName();
    if (this.#isEnd()) return name.text + name.qualifiers;
    const returned =
      name.endsWithTemplate && !name.isConversion ? this.type() : { left: "", right: "" };
    const parameters = this.parameters(() => this.#isEnd());
    const left =
      returned.left === "" || !showsReturned
        ? ""
        : `${returned.left}${/[( ]$/.test(returned.left) ? "" : " "}`;
    return `${left}${name.text}(${parameters})${name.qualifiers}${showsReturned ? returned.right : ""}`;
  }

  #isEnd(): boolean {
    const { input } = this;
    return input.isAtEnd || input.peek() === "E" || input.peek() === ".";
  }

  #special(): string {
    const { input } = this;
    for (const [code, words] of OF_TYPES) {
      if (input.take(code)) return words + textOf(this.type());
    }
    for (const [code, words] of OF_NAMES) {
      if (input.take(code)) return words + this.name().text;
    }
    if (input.take("Tc")) {
      this.#callOffset();
      this.#callOffset();
      return `covariant return thunk to ${this.encoding()}`;
    }
    if (input.take("GTt")) return `transaction clone for ${this.encoding()}`;
    if (input.take("GR")) {
      const name = this.name().text;
      return `reference temporary #${input.sequence(36)} for ${name}`;
    }
    if (input.take("T")) {
      const isVirtual = this.#callOffset();
      return `${isVirtual ? "" : "non-"}virtual thunk to ${this.encoding()}`;
    }
    return input.fail();
  }

  /** Returns whether it is one for virtual bases. */
  #callOffset(): boolean {
    const { input } = this;
    const isVirtual = input.take("v");
    if (!isVirtual) input.expect("h");
    for (let numbers = isVirtual ? 2 : 1; numbers > 0; numbers--) {
      input.take("n");
      input.number();
      input.expect("_");
    }
    return isVirtual;
  }
}

/** A name mangled by the Itanium C++ ABI as C++ writes it; `undefined`: it is none, or uses what is
 * not known here. */
export function demangleItanium(mangled: string): string | undefined {
  try {
    return new EncodingParser(mangled).parse();
  } catch (error) {
    if (error instanceof NotMangled) return undefined;
    throw error;
  }
}
