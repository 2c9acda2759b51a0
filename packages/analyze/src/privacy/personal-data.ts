// SPDX-License-Identifier: MIT

/** Kinds of text that tell of a person, a machine or a secret, and can be known by their form. */
export type PersonalDataKind =
  | "home-directory"
  | "email"
  | "ip-address"
  | "url-credentials"
  | "secret";

interface Form {
  readonly kind: PersonalDataKind;
  readonly pattern: RegExp;
  /** What stands in its place, for `String.replace`. */
  readonly replacement: string;
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

// In the order in which they are replaced: a URL's credentials may look like an address.
const FORMS: readonly Form[] = [
  {
    kind: "url-credentials",
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?!<credentials>)[^\s/@]{1,200}@/gi,
    replacement: "$1<credentials>@",
  },
  {
    kind: "email",
    pattern: /[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/gi,
    replacement: "<email>",
  },
  {
    kind: "home-directory",
    pattern:
      /(?:\/(?:var\/|export\/|usr\/)?(?:home|Users)|\b[A-Za-z]:[\\/](?:Users|home))[\\/](?!n_[0-9a-f]{10}(?!\w))[^\\/\s:'"]+|\/root(?![\w.-])/g,
    replacement: "~",
  },
  {
    kind: "ip-address",
    // Not a part of a longer version number, and not the machine itself.
    pattern: new RegExp(
      `(?<![\\w.])(?!127\\.|0\\.0\\.0\\.0)${OCTET}(?:\\.${OCTET}){3}(?![\\w.])|` +
        "(?<![\\w:])(?=[0-9a-f:]{6,39}(?![\\w:]))(?=[0-9:]*(?:::|[a-f]))(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\\w:])",
      "gi",
    ),
    replacement: "<address>",
  },
  {
    kind: "secret",
    pattern:
      /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:ghp|gho|ghs|github_pat|glpat|xox[abp]|sk|pk|rk)[_-][\w-]{16,}|\b[0-9a-f]{32,}\b|(?<=\b(?:password|passwd|pwd|secret|token|api[_-]?key)=)(?!<secret>)[^\s&;,]+/gi,
    replacement: "<secret>",
  },
];

/** The text without what is known by its form. */
export function withoutPersonalData(text: string, kinds?: ReadonlySet<PersonalDataKind>): string {
  return FORMS.filter(({ kind }) => kinds?.has(kind) ?? true).reduce(
    (left, { pattern, replacement }) => left.replace(pattern, replacement),
    text,
  );
}

/** What a text has of it, in the words of the text. */
export function findPersonalData(
  text: string,
): { readonly kind: PersonalDataKind; readonly found: string }[] {
  return FORMS.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map(([found]) => ({ kind, found })),
  );
}
