// SPDX-License-Identifier: MIT
import { MangledText } from "./mangled-text.ts";
import { BUILTIN_TYPES } from "./operators.ts";
import {
  listed,
  packOf,
  plain,
  pointerTo,
  qualified,
  type TypeText,
  templateText,
  textOf,
} from "./type-text.ts";

const DEEPEST = 200;
const LONGEST = 16_384;
/** Types that are taken in all: what refers to what was said before may say it again and again. */
const MOST_TYPES = 20_000;

/** What a name is, beside its text: whether a function of that name has a return type, and what follows it. */
export interface NameText {
  readonly text: string;
  readonly endsWithTemplate: boolean;
  readonly isConversion: boolean;
  /** " const", " &": of a member function. */
  readonly qualifiers: string;
}

/** Reads types (Itanium C++ ABI, section 5.1.5), and keeps what may be referred to again. */
export abstract class TypeParser {
  protected readonly input: MangledText;
  protected readonly substitutions: TypeText[] = [];
  /** Arguments of the template that the name is of. */
  protected templateArguments: TypeText[] = [];
  /** Which element of packs is meant, and how many they turned out to have. */
  #pack: { index: number; size: number } | undefined;
  #depth = 0;
  #types = 0;

  constructor(text: string) {
    this.input = new MangledText(text);
  }

  protected abstract name(): NameText;
  protected abstract expression(): string;
  protected abstract templateArgument(): TypeText;
  /** "St", "Sa" or what was said before. */
  protected abstract substitution(): TypeText;

  protected remember(type: TypeText): TypeText {
    if (type.left.length + type.right.length > LONGEST) this.input.fail();
    this.substitutions.push(type);
    return type;
  }

  protected type(): TypeText {
    this.#types++;
    if (this.#types > MOST_TYPES || ++this.#depth > DEEPEST) this.input.fail();
    const type = this.#type();
    if (type.left.length + type.right.length > LONGEST) this.input.fail();
    this.#depth--;
    return type;
  }

  #type(): TypeText {
    const { input } = this;
    const letter = input.peek();
    const builtin = BUILTIN_TYPES.get(letter);
    if (builtin !== undefined) {
      input.next();
      return plain(builtin);
    }
    switch (letter) {
      case "r":
      case "V":
      case "K":
        return this.#qualifiedType();
      case "P":
        input.next();
        return this.remember(pointerTo(this.type(), "*"));
      case "R":
        input.next();
        return this.remember(pointerTo(this.type(), "&"));
      case "O":
        input.next();
        return this.remember(pointerTo(this.type(), "&&"));
      case "C":
        input.next();
        return this.remember(qualified(this.type(), " _Complex"));
      case "G":
        input.next();
        return this.remember(qualified(this.type(), " _Imaginary"));
      case "F":
        return this.remember(this.#functionType(""));
      case "A":
        return this.remember(this.#arrayType());
      case "M":
        return this.remember(this.#memberPointer());
      case "D":
        return this.#extendedType();
      case "T":
        return this.#parameterType();
      case "S":
        return this.#substitutedType();
      case "u":
        input.next();
        return this.remember(plain(input.letters(input.number())));
      case "U": {
        input.next();
        const qualifier = input.letters(input.number());
        const list = input.peek() === "I" ? templateText(this.templateList(false)) : "";
        return this.remember(qualified(this.type(), ` ${qualifier}${list}`));
      }
      default:
        return this.remember(plain(this.name().text));
    }
  }

  /** "<..>" of a template. `ofName`: its parameters are what T_ refers to from here on. */
  protected templateList(ofName: boolean): TypeText[] {
    this.input.expect("I");
    const list: TypeText[] = [];
    if (ofName) this.templateArguments = list;
    while (!this.input.take("E")) list.push(this.templateArgument());
    return list;
  }

  /** Types up to the end of a function's. */
  protected parameters(isEnd: () => boolean): string {
    const types: TypeText[] = [];
    while (!isEnd()) types.push(this.type());
    const only = types.length === 1 ? textOf(types[0]!) : "";
    return only === "void" ? "" : listed(types);
  }

  /** "K", "VK" in the order in which C++ shows them. */
  protected takeQualifiers(): string {
    let text = "";
    if (this.input.take("r")) text = " restrict";
    if (this.input.take("V")) text = ` volatile${text}`;
    if (this.input.take("K")) text = ` const${text}`;
    return text;
  }

  #qualifiedType(): TypeText {
    const qualifiers = this.takeQualifiers();
    if (this.input.peek() === "F") return this.remember(this.#functionType(qualifiers));
    const type = this.type();
    // What was substituted may say the same already.
    return this.remember(type.left.endsWith(qualifiers) ? type : qualified(type, qualifiers));
  }

  #functionType(qualifiers: string): TypeText {
    const { input } = this;
    input.expect("F");
    input.take("Y");
    const returned = this.type();
    let reference = "";
    const parameters = this.parameters(() => {
      if (input.take("RE")) reference = " &";
      else if (input.take("OE")) reference = " &&";
      else return input.take("E");
      return true;
    });
    return {
      left: `${returned.left}${returned.kind === "plain" && returned.right !== "" ? "" : " "}`,
      right: `(${parameters})${qualifiers}${reference}${returned.right}`,
      kind: "function",
    };
  }

  #arrayType(): TypeText {
    const { input } = this;
    input.expect("A");
    let size = "";
    if (input.isDigit()) size = String(input.number());
    else if (input.peek() !== "_") size = this.expression();
    input.expect("_");
    const element = this.type();
    return {
      left: element.kind === "array" ? element.left : `${element.left} `,
      right: `[${size}]${element.right}`,
      kind: "array",
    };
  }

  #memberPointer(): TypeText {
    this.input.expect("M");
    const owner = textOf(this.type());
    const member = this.type();
    return pointerTo(member, ` ${owner}::*`);
  }

  #parameterType(): TypeText {
    const { input } = this;
    for (const [code, word] of [
      ["Ts", "struct"],
      ["Tu", "union"],
      ["Te", "enum"],
    ] as const) {
      if (input.take(code)) return this.remember(plain(`${word} ${this.name().text}`));
    }
    return this.#withTemplate(this.remember(this.templateParameter()));
  }

  /** T_, T0_, ..: an argument of the template, of a pack the one that is meant. */
  protected templateParameter(): TypeText {
    this.input.expect("T");
    return this.argumentOf(this.input.sequence(10));
  }

  protected argumentOf(parameter: number): TypeText {
    const argument = this.templateArguments[parameter];
    // Such as "auto" of a lambda, or one that is only told later.
    if (argument === undefined) return this.input.fail();
    const { pack } = argument;
    if (pack === undefined || this.#pack === undefined) return { ...argument, parameter };
    this.#pack.size = pack.length;
    return { ...(pack[this.#pack.index] ?? plain("")), parameter };
  }

  #substitutedType(): TypeText {
    const { input } = this;
    if (input.peek(1) === "t") return this.remember(plain(this.name().text));
    return this.#withTemplate(this.substitution());
  }

  #withTemplate(type: TypeText): TypeText {
    if (this.input.peek() !== "I") return type;
    return this.remember(plain(textOf(type) + templateText(this.templateList(false))));
  }

  #extendedType(): TypeText {
    const { input } = this;
    const builtin = BUILTIN_TYPES.get(`D${input.peek(1)}`);
    if (builtin !== undefined) {
      input.letters(2);
      // "Dn" can be referred to.
      return builtin === "decltype(nullptr)" ? plain(builtin) : plain(builtin);
    }
    if (input.take("Dp")) return this.remember(this.expandPack(() => this.type()));
    if (input.take("Dt") || input.take("DT")) {
      const text = `decltype (${this.expression()})`;
      input.expect("E");
      return this.remember(plain(text));
    }
    if (input.take("DF")) {
      const bits = input.number();
      if (!input.take("_")) input.expect("b");
      return plain(`_Float${bits}`);
    }
    if (input.take("Dv")) {
      const size = input.peek() === "_" ? "" : String(input.number());
      input.expect("_");
      return this.remember(qualified(this.type(), ` __vector(${size})`));
    }
    if (input.take("Do")) return this.remember(this.#functionType(" noexcept"));
    return input.fail();
  }

  /** Reads a pattern once for each element of the packs in it. */
  protected expandPack(read: () => TypeText): TypeText {
    const { input } = this;
    const start = input.at;
    const outer = this.#pack;
    const pack = { index: 0, size: 0 };
    this.#pack = pack;
    const known = this.substitutions.length;
    const elements = [read()];
    const end = input.at;
    const remembered = this.substitutions.slice(known);
    for (pack.index = 1; pack.index < pack.size; pack.index++) {
      input.at = start;
      this.substitutions.length = known;
      elements.push(read());
    }
    this.substitutions.length = known;
    this.substitutions.push(...remembered);
    input.at = end;
    this.#pack = outer;
    return packOf(pack.size === 0 ? [] : elements);
  }
}
