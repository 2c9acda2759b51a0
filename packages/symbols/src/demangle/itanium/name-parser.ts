// SPDX-License-Identifier: MIT
import { OPERATORS, STANDARD_EXPANSIONS, STANDARD_NAMES } from "./operators.ts";
import { type NameText, TypeParser } from "./type-parser.ts";
import { plain, type TypeText, templateText, textOf } from "./type-text.ts";

const NO_NAME: NameText = {
  text: "",
  endsWithTemplate: false,
  isConversion: false,
  qualifiers: "",
};

/** Reads names (Itanium C++ ABI, section 5.1.3). */
export abstract class NameParser extends TypeParser {
  /** Whether the name is that of what is encoded, and no name in a type: its template is the one that
   * parameters refer to. */
  #ofEncoding = false;

  /** `showsReturned`: with the type that a template returns. */
  protected abstract encoding(showsReturned?: boolean): string;

  protected encodedName(): NameText {
    this.#ofEncoding = true;
    const name = this.name();
    this.#ofEncoding = false;
    return name;
  }

  protected name(): NameText {
    const { input } = this;
    if (input.peek() === "N") return this.#nestedName();
    if (input.peek() === "Z") return this.#localName();
    let text = "";
    if (input.peek() === "S" && input.peek(1) !== "t") {
      text = textOf(this.substitution());
    } else {
      const inStd = input.take("St");
      text = `${inStd ? "std::" : ""}${this.#unqualified("")}`;
      if (input.peek() === "I") this.remember(plain(text));
    }
    const { isConversion } = this.#last;
    if (input.peek() !== "I") return { ...NO_NAME, text, isConversion };
    return { ...NO_NAME, text: this.#withArguments(text), endsWithTemplate: true, isConversion };
  }

  #withArguments(text: string): string {
    const ofEncoding = this.#ofEncoding;
    this.#ofEncoding = false;
    const list = templateText(this.templateList(ofEncoding));
    this.#ofEncoding = ofEncoding;
    return text.endsWith("<") ? `${text} ${list}` : text + list;
  }

  /** What the last unqualified name was. */
  #last = { isConversion: false, isConstructor: false };

  #nestedName(): NameText {
    const { input } = this;
    input.expect("N");
    const ofEncoding = this.#ofEncoding;
    const isExplicitObject = input.take("H");
    let qualifiers = isExplicitObject ? "" : this.takeQualifiers();
    if (input.take("R")) qualifiers += " &";
    else if (input.take("O")) qualifiers += " &&";
    let text = "";
    let component = "";
    let endsWithTemplate = false;
    let last = this.#last;
    while (!input.take("E")) {
      const letter = input.peek();
      if (letter === "I") {
        if (text === "") input.fail();
        text = this.#withArguments(text);
        endsWithTemplate = true;
      } else if (letter === "S" && input.peek(1) !== "t" && text === "") {
        text = textOf(this.substitution());
        component = constructorOf(text);
        endsWithTemplate = false;
        continue; // is known already
      } else if (letter === "T" && text === "") {
        text = textOf(this.templateParameter());
        component = text;
      } else if (letter === "D" && /[tT]/.test(input.peek(1))) {
        text = textOf(this.type());
        continue; // has been remembered
      } else if (input.take("M")) {
        continue; // initialises a member
      } else if (input.take("St")) {
        text = "std";
        continue; // never referred to
      } else {
        const before = text;
        const own = this.#unqualified(component);
        last = this.#last;
        const expanded = last.isConstructor ? (STANDARD_EXPANSIONS.get(before) ?? before) : before;
        text = before === "" ? own : `${expanded}::${own}`;
        component = own.replace(/\[abi:[^\]]*\]/g, "");
        endsWithTemplate = false;
      }
      // The whole of it is no prefix; who needs it remembers it.
      if (input.peek() !== "E") this.remember(plain(text));
    }
    this.#ofEncoding = ofEncoding;
    const { isConversion, isConstructor } = last;
    return {
      text,
      endsWithTemplate: endsWithTemplate && !isConstructor,
      isConversion,
      qualifiers,
    };
  }

  #localName(): NameText {
    const { input } = this;
    input.expect("Z");
    const ofEncoding = this.#ofEncoding;
    const { templateArguments } = this;
    const outer = this.encoding(false);
    input.expect("E");
    this.#ofEncoding = ofEncoding;
    // A function in a type is no template whose parameters are meant outside of it.
    if (!ofEncoding) this.templateArguments = templateArguments;
    if (input.take("s")) {
      this.#discriminator();
      return { ...NO_NAME, text: `${outer}::string literal` };
    }
    if (input.take("d")) {
      const number = input.sequence(10);
      const name = this.name();
      return { ...name, text: `${outer}::{default arg#${number + 1}}::${name.text}` };
    }
    const name = this.name();
    this.#discriminator();
    return { ...name, text: `${outer}::${name.text}` };
  }

  #discriminator(): void {
    const { input } = this;
    if (input.take("__")) {
      input.number();
      input.expect("_");
    } else if (input.peek() === "_" && /\d/.test(input.peek(1))) {
      input.next();
      input.next();
    }
  }

  #unqualified(owner: string): string {
    const { input } = this;
    this.#last = { isConversion: false, isConstructor: false };
    input.take("L");
    const letter = input.peek();
    let text = "";
    if (input.isDigit()) text = this.sourceName();
    else if (letter === "C") text = this.#constructorName(owner);
    else if (letter === "D" && /\d/.test(input.peek(1))) {
      input.letters(2);
      this.#last.isConstructor = true;
      text = `~${owner}`;
    } else if (input.take("DC")) text = this.#structuredBinding();
    else if (letter === "U") text = this.#unnamed();
    else text = this.operatorName();
    while (input.take("B")) text += `[abi:${this.sourceName()}]`;
    return text;
  }

  #constructorName(owner: string): string {
    const { input } = this;
    input.expect("C");
    const inherits = input.take("I");
    if (!/^[1-5]$/.test(input.next())) input.fail();
    if (inherits) this.type();
    this.#last.isConstructor = true;
    return owner;
  }

  #structuredBinding(): string {
    const names: string[] = [];
    while (!this.input.take("E")) names.push(this.sourceName());
    return `[${names.join(", ")}]`;
  }

  #unnamed(): string {
    const { input } = this;
    if (input.take("Ut")) return `{unnamed type#${input.sequence(10) + 1}}`;
    input.expect("Ul");
    const parameters = this.parameters(() => input.take("E"));
    return `{lambda(${parameters})#${input.sequence(10) + 1}}`;
  }

  protected sourceName(): string {
    const text = this.input.letters(this.input.number());
    return /^_GLOBAL_[._$]N/.test(text) ? "(anonymous namespace)" : text;
  }

  protected operatorName(): string {
    const { input } = this;
    if (input.take("cv")) {
      this.#last.isConversion = true;
      return `operator ${textOf(this.type())}`;
    }
    if (input.take("li")) return `operator"" ${this.sourceName()}`;
    const operator = OPERATORS.get(input.letters(2));
    return operator === undefined ? input.fail() : `operator${operator[0]}`;
  }

  protected substitution(): TypeText {
    const { input } = this;
    input.expect("S");
    const standard = STANDARD_NAMES.get(input.peek());
    if (standard === undefined) {
      const said = this.substitutions[input.sequence(36)] ?? input.fail();
      return said.parameter === undefined ? said : this.argumentOf(said.parameter);
    }
    input.next();
    let [text] = standard;
    while (input.take("B")) text += `[abi:${this.sourceName()}]`;
    return plain(text);
  }
}

/** What a constructor of a class of the standard library is called. */
function constructorOf(text: string): string {
  for (const [name, called] of STANDARD_NAMES.values()) if (name === text) return called;
  // "a::b<c>": without arguments, and without what it is in.
  let depth = 0;
  let start = 0;
  let end = text.length;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "<" && depth++ === 0) end = i;
    else if (text[i] === ">") depth--;
    else if (depth === 0 && text.startsWith("::", i)) {
      start = i + 2;
      end = text.length;
    }
  }
  return text.slice(start, end).replace(/\[abi:[^\]]*\]/g, "");
}
