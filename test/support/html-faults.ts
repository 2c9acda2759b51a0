// SPDX-License-Identifier: MIT

import { HtmlValidate } from "html-validate";

/** What a validator finds wrong with a page. */
export async function htmlFaults(markup: string): Promise<string[]> {
  const validator = new HtmlValidate({
    extends: ["html-validate:standard", "html-validate:document"],
    // Names are long; whether that is a fault is for the reader.
    rules: { "long-title": "off" },
  });
  const { results } = await validator.validateString(markup);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${ruleId} ${line}: ${message}`),
  );
}
