// SPDX-License-Identifier: MIT
import { NameParser } from "./name-parser.ts";
import { LITERAL_SUFFIXES, OPERATORS } from "./operators.ts";
import { packOf, plain, type TypeText, templateText, textOf } from "./type-text.ts";

const CASTS: readonly (readonly [string, string])[] = [
  ["dc", "dynamic_cast"],
  ["sc", "static_cast"],
  ["cc", "const_cast"],
  ["rc", "reinterpret_cast"],
];

/** Reads expressions and template arguments (Itanium C++ ABI, sections 5.1.6 and 5.1.7). */
export abstract class ExpressionParser extends NameParser {
  protected templateArgument(): TypeText {
    const { input } = this;
    if (input.peek() === "L") return plain(this.#literal());
    if (input.take("X")) {
      const text = this.expression();
      input.expect("E");
      return plain(text);
    }
    if (!input.take("J")) return this.type();
    const pack: TypeText[] = [];
    while (!input.take("E")) pack.push(this.templateArgument());
    return packOf(pack);
  }

  #literal(): string {
    const { input } = this;
    input.expect("L");
    if (input.take("_Z")) {
      const text = this.encoding();
      input.expect("E");
      return text;
    }
    const type = textOf(this.type());
    let value = "";
    while (!input.take("E")) value += input.next();
    if (type === "bool" && (value === "0" || value === "1"))
      return value === "1" ? "true" : "false";
    const number = value.replace(/^n/, "-");
    const suffix = LITERAL_SUFFIXES.get(type);
    if (suffix !== undefined) return number + suffix;
    return type === "decltype(nullptr)" ? "nullptr" : `(${type})${number}`;
  }

  protected expression(): string {
    const { input } = this;
    if (input.peek() === "L") return this.#literal();
    if (input.peek() === "T") return textOf(this.templateParameter());
    if (input.take("fpT")) return "this";
    if (input.take("fp")) {
      this.takeQualifiers();
      return `{parm#${input.sequence(10) + 1}}`;
    }
    if (input.take("fL")) {
      input.number();
      input.expect("p");
      this.takeQualifiers();
      return `{parm#${input.sequence(10) + 1}}`;
    }
    if (input.take("st")) return `sizeof (${textOf(this.type())})`;
    if (input.take("sz")) return `sizeof (${this.expression()})`;
    if (input.take("at")) return `alignof (${textOf(this.type())})`;
    if (input.take("az")) return `alignof (${this.expression()})`;
    if (input.take("nx")) return `noexcept(${this.expression()})`;
    if (input.take("sp")) return textOf(this.expandPack(() => plain(this.expression())));
    if (input.take("sZ")) {
      const pack = input.peek() === "T" ? this.templateParameter() : plain(this.expression());
      return String(pack.pack?.length ?? 1);
    }
    if (input.take("cl")) return this.#call();
    if (input.take("cv")) return this.#conversion();
    if (input.take("tl")) return `${textOf(this.type())}{${this.#listUpToEnd()}}`;
    if (input.take("il")) return `{${this.#listUpToEnd()}}`;
    if (input.take("dt")) return `${this.#operand()}.${this.#unresolvedName()}`;
    if (input.take("pt")) return `${this.#operand()}->${this.#unresolvedName()}`;
    if (input.take("ds")) return `${this.#operand()}.*${this.#operand()}`;
    for (const [code, cast] of CASTS) {
      if (input.take(code)) return `${cast}<${textOf(this.type())}>(${this.expression()})`;
    }
    if (input.peek() === "s" && input.peek(1) === "r") return this.#unresolvedName();
    if (input.isDigit() || input.peek() === "o") return this.#unresolvedName();
    return this.#operation();
  }

  #call(): string {
    const called = this.expression();
    return `${/^[\w:]+(<.*>)?$/.test(called) ? called : `(${called})`}(${this.#listUpToEnd()})`;
  }

  #conversion(): string {
    const type = textOf(this.type());
    const list = this.input.take("_") ? this.#listUpToEnd() : this.expression();
    return `(${type})(${list})`;
  }

  #listUpToEnd(): string {
    const parts: string[] = [];
    while (!this.input.take("E")) parts.push(this.expression());
    return parts.filter((part) => part !== "").join(", ");
  }

  #operand(): string {
    const text = this.expression();
    return /^(\w+|\{parm#\d+\})$/.test(text) ? text : `(${text})`;
  }

  #operation(): string {
    const { input } = this;
    const operator = OPERATORS.get(input.letters(2));
    if (operator === undefined) return input.fail();
    const [text, operands] = operator;
    if (text === "[]") return `${this.#operand()}[${this.expression()}]`;
    if (operands === 1) {
      const isPostfix = /^(\+\+|--)$/.test(text) && !input.take("_");
      const operand = this.#operand();
      return isPostfix ? operand + text : text + operand;
    }
    if (operands === 2) {
      const left = this.#operand();
      const whole = `${left}${text}${this.#operand()}`;
      return text === ">" || text === ">>" ? `(${whole})` : whole;
    }
    if (text !== "?") return input.fail();
    return `${this.#operand()}?${this.#operand()} : ${this.#operand()}`;
  }

  #unresolvedName(): string {
    const { input } = this;
    if (!input.take("sr")) return this.#baseName();
    let text = "";
    if (input.take("N")) {
      text = textOf(this.type());
      while (!input.take("E")) text += `::${this.#simpleId()}`;
    } else if (input.isDigit()) {
      const names: string[] = [];
      while (!input.take("E")) names.push(this.#simpleId());
      text = names.join("::");
    } else {
      text = textOf(this.type());
    }
    return `${text}::${this.#baseName()}`;
  }

  #baseName(): string {
    const { input } = this;
    if (input.take("dn")) return `~${input.isDigit() ? this.#simpleId() : textOf(this.type())}`;
    if (!input.take("on")) return this.#simpleId();
    const operator = this.operatorName();
    return input.peek() === "I" ? operator + templateText(this.templateList(false)) : operator;
  }

  #simpleId(): string {
    const name = this.sourceName();
    return this.input.peek() === "I" ? name + templateText(this.templateList(false)) : name;
  }
}
