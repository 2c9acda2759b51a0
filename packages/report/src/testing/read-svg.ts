// SPDX-License-Identifier: MIT

/** What there is to read in a picture. */
export interface SvgText {
  readonly texts: readonly string[];
  /** Tooltips. */
  readonly titles: readonly string[];
  /** How many there are of each. */
  readonly elements: ReadonlyMap<string, number>;
}

/** The part of saxes 6 that is used. Its own declarations do not compile with strict options. */
interface Parser {
  on(event: "opentag" | "closetag", listen: (tag: { readonly name: string }) => void): void;
  on(event: "text", listen: (text: string) => void): void;
  on(event: "error", listen: (error: Error) => void): void;
  write(xml: string): Parser;
  close(): void;
}

/** Reads a picture by a strict XML parser. Throws for the least mistake. */
export async function readSvg(xml: string): Promise<SvgText> {
  const saxes: string = "saxes";
  const { SaxesParser } = (await import(saxes)) as {
    SaxesParser: new (options: { xmlns: true }) => Parser;
  };
  const parser = new SaxesParser({ xmlns: true });
  const texts: string[] = [];
  const titles: string[] = [];
  const elements = new Map<string, number>();
  let text = "";
  parser.on("opentag", ({ name }) => {
    elements.set(name, (elements.get(name) ?? 0) + 1);
    if (name !== "tspan") text = "";
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("closetag", ({ name }) => {
    if (name === "text") texts.push(text);
    if (name === "title") titles.push(text);
  });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return { texts, titles, elements };
}
