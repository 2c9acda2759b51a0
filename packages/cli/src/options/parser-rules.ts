// SPDX-License-Identifier: MIT

/** How words of a command line are taken: as they are. */
export const PARSER_RULES = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "populate--": true,
} as const;
