// SPDX-License-Identifier: MIT
import { decodePunycode } from "./punycode.ts";

// Rust's RFC 2603 ("v0" symbol mangling). Hashes of crates are left out.

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DEEPEST = 300;
/** What is referred to may refer to the same again: names of a few letters could grow without end. */
const LONGEST = 8192;

class NotRust extends Error {}

/** A name of Rust's newer mangling as Rust writes it; `undefined`: it is none. */
export function demangleRustV0(mangled: string): string | undefined {
  try {
    return new RustName(mangled).parse();
  } catch (error) {
    if (error instanceof NotRust) return undefined;
    throw error;
  }
}

class RustName {
  readonly #text: string;
  #at = 2;
  #depth = 0;
  #written = 0;
  /** Lifetimes that enclosing binders have named. */
  #lifetimes = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): string {
    if (/^\d$/.test(this.#peek())) this.#fail(); // of a later version
    const text = this.#path(true);
    const isUpper = /^[A-Z]$/.test(this.#peek());
    if (isUpper) this.#path(false); // the crate that it was instantiated in
    // Vendors add ".llvm.123" and such.
    if (this.#at < this.#text.length && !/^[.$]/.test(this.#peek())) this.#fail();
    return text;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    if (this.#at >= this.#text.length) this.#fail();
    return this.#text[this.#at++]!;
  }

  #take(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at++;
    return true;
  }

  #fail(): never {
    throw new NotRust();
  }

  /** Reads what stands in a deeper level, within bounds. */
  #nested(read: () => string): string {
    if (++this.#depth > DEEPEST) this.#fail();
    const text = read();
    this.#written += text.length + 1;
    if (this.#written > LONGEST * 16 || text.length > LONGEST) this.#fail();
    this.#depth--;
    return text;
  }

  #base62(): number {
    if (this.#take("_")) return 0;
    let value = 0;
    while (!this.#take("_")) {
      const digit = DIGITS.indexOf(this.#next());
      if (digit < 0) this.#fail();
      value = value * 62 + digit;
    }
    return value + 1;
  }

  /** The number behind a letter, plus one; 0: the letter is not there. */
  #optional(letter: string): number {
    return this.#take(letter) ? this.#base62() + 1 : 0;
  }

  #identifier(): string {
    const isPunycode = this.#take("u");
    const start = this.#at;
    // No number but 0 begins with a 0.
    if (!this.#take("0")) while (/^\d$/.test(this.#peek())) this.#at++;
    if (this.#at === start) this.#fail();
    const length = Number(this.#text.slice(start, this.#at));
    this.#take("_");
    if (length > this.#text.length - this.#at) this.#fail();
    const text = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    return isPunycode ? (decodePunycode(text) ?? `punycode{${text}}`) : text;
  }

  /** Reads at an earlier place what is said again. */
  #again(read: () => string): string {
    const here = this.#at - 1;
    const target = this.#base62() + 2;
    if (target >= here) this.#fail();
    const after = this.#at;
    this.#at = target;
    const text = read();
    this.#at = after;
    return text;
  }

  /** `isValue`: generic arguments have "::" before them. */
  #path(isValue: boolean): string {
    return this.#nested(() => {
      switch (this.#next()) {
        case "C":
          this.#optional("s");
          return this.#identifier();
        case "M":
          this.#implPath();
          return `<${this.#type()}>`;
        case "X":
          this.#implPath();
          return `<${this.#type()} as ${this.#path(false)}>`;
        case "Y":
          return `<${this.#type()} as ${this.#path(false)}>`;
        case "N":
          return this.#inNamespace(isValue);
        case "I": {
          const path = this.#path(isValue);
          return `${path}${isValue ? "::" : ""}<${this.#list(() => this.#genericArgument())}>`;
        }
        case "B":
          return this.#again(() => this.#path(isValue));
        default:
          return this.#fail();
      }
    });
  }

  #implPath(): void {
    this.#optional("s");
    this.#path(false);
  }

  #inNamespace(isValue: boolean): string {
    const namespace = this.#next();
    const path = this.#path(isValue);
    const number = this.#optional("s");
    const name = this.#identifier();
    if (/^[a-z]$/.test(namespace)) return name === "" ? path : `${path}::${name}`;
    if (!/^[A-Z]$/.test(namespace)) this.#fail();
    const kind = namespace === "C" ? "closure" : namespace === "S" ? "shim" : namespace;
    return `${path}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
  }

  #list(read: () => string, separator = ", "): string {
    const parts: string[] = [];
    while (!this.#take("E")) parts.push(read());
    return parts.join(separator);
  }

  #genericArgument(): string {
    if (this.#take("L")) return this.#lifetime(this.#base62());
    return this.#take("K") ? this.#constant() : this.#type();
  }

  #lifetime(index: number): string {
    if (index === 0) return "'_";
    const depth = this.#lifetimes - index;
    if (depth < 0) return this.#fail();
    return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`;
  }

  #type(): string {
    return this.#nested(() => {
      const letter = this.#next();
      const basic = BASIC_TYPES[letter];
      if (basic !== undefined) return basic;
      switch (letter) {
        case "A": {
          const element = this.#type();
          return `[${element}; ${this.#constant()}]`;
        }
        case "S":
          return `[${this.#type()}]`;
        case "T":
          return this.#tuple();
        case "R":
        case "Q":
          return this.#reference(letter === "Q" ? "mut " : "");
        case "P":
          return `*const ${this.#type()}`;
        case "O":
          return `*mut ${this.#type()}`;
        case "F":
          return this.#bound(() => this.#functionType());
        case "D": {
          const bounds = this.#bound(() => this.#list(() => this.#dynamicTrait(), " + "));
          if (!this.#take("L")) this.#fail();
          const lifetime = this.#base62();
          return `dyn ${bounds}${lifetime === 0 ? "" : ` + ${this.#lifetime(lifetime)}`}`;
        }
        case "B":
          return this.#again(() => this.#type());
        default:
          this.#at--;
          return this.#path(false);
      }
    });
  }

  #tuple(): string {
    const parts: string[] = [];
    while (!this.#take("E")) parts.push(this.#type());
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`;
  }

  #reference(mutable: string): string {
    const lifetime = this.#take("L") ? this.#base62() : 0;
    const named = lifetime === 0 ? "" : `${this.#lifetime(lifetime)} `;
    return `&${named}${mutable}${this.#type()}`;
  }

  /** What stands behind "for<'a, 'b> ". */
  #bound(read: () => string): string {
    const count = this.#optional("G");
    if (count > 64) this.#fail();
    this.#lifetimes += count;
    const names = Array.from({ length: count }, (_, i) => this.#lifetime(count - i));
    const text = read();
    this.#lifetimes -= count;
    return count === 0 ? text : `for<${names.join(", ")}> ${text}`;
  }

  #functionType(): string {
    let text = this.#take("U") ? "unsafe " : "";
    if (this.#take("K")) {
      const abi = this.#take("C") ? "C" : this.#identifier().replaceAll("_", "-");
      text += `extern "${abi}" `;
    }
    text += `fn(${this.#list(() => this.#type())})`;
    return this.#take("u") ? text : `${text} -> ${this.#type()}`;
  }

  #dynamicTrait(): string {
    const path = this.#path(false);
    const bindings: string[] = [];
    while (this.#take("p")) {
      const name = this.#identifier();
      bindings.push(`${name} = ${this.#type()}`);
    }
    if (bindings.length === 0) return path;
    const list = bindings.join(", ");
    return path.endsWith(">") ? `${path.slice(0, -1)}, ${list}>` : `${path}<${list}>`;
  }

  #constant(): string {
    if (this.#take("B")) return this.#again(() => this.#constant());
    const type = this.#next();
    if (type === "p") return "_";
    const isNegative = this.#take("n");
    const start = this.#at;
    while (/^[0-9a-f]$/.test(this.#peek())) this.#at++;
    const digits = this.#text.slice(start, this.#at);
    if (!this.#take("_")) this.#fail();
    const value = BigInt(`0x${digits === "" ? "0" : digits}`);
    if (type === "b") return value === 0n ? "false" : "true";
    if (type === "c")
      return value <= 0x10ffffn ? `'${String.fromCodePoint(Number(value))}'` : this.#fail();
    if (!/^[ahijlmnostxy]$/.test(type)) this.#fail();
    return `${isNegative ? "-" : ""}${value}`;
  }
}
