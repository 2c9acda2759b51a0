// SPDX-License-Identifier: MIT
import { Redaction } from "@pyspy/schemas";
import { KEEP_ALL, type RewriteRules } from "../rewrite/rewrite-rules.ts";
import type { NamePattern } from "../select/name-pattern.ts";
import type { Pseudonyms } from "./pseudonyms.ts";
import { redactedCommand } from "./redacted-command.ts";
import { markRedacted, withoutHost } from "./share-rules.ts";

export interface StrictOptions {
  readonly pseudonyms: Pseudonyms;
  /** Code whose file matches one of these keeps its names: packages that everybody knows. */
  readonly keep: readonly NamePattern[];
}

/** Directories that are on every machine, and say nothing of this one. */
const PUBLIC_DIRECTORY =
  /^(?:|\.|\.\.|~|[A-Za-z]:|home|Users|root|usr|local|lib|lib64|lib32|bin|sbin|libexec|opt|srv|var|tmp|app|src|etc|share|x86_64-linux-gnu|aarch64-linux-gnu|lib-dynload|site-packages|dist-packages|\.venv|venv|python\d*(?:\.\d+)*t?|pypy\d*(?:\.\d+)*)$/;
/** "<module>", "<locals>", "<lambda>", "__init__": Python's own. */
const PUBLIC_NAME = /^(?:<(?:module|locals|lambda|listcomp|setcomp|dictcomp|genexpr)>|__\w+__)$/;
const PUBLIC_FILE = /^<(?:string|stdin|unknown|frozen [\w.]+|attrs generated .*)>$/;
/** A name, and an ending that says what a file is. */
const FILE_NAME = /^(.+?)((?:\.(?:py|pyc|pyd|pyx|dll|zip|egg|exe)|\.so(?:\.\d+)*)?)$/s;
const PUBLIC_WORD = /^(?:-.*|python[\d.t]*|pypy[\d.]*)$/;
/** Names that threading, concurrent.futures and multiprocessing give by themselves. */
const PUBLIC_THREAD =
  /^(?:MainThread|(?:Thread|Dummy|asyncio|AnyIO worker thread|QueueFeederThread|QueueManagerThread|ExecutorManagerThread|ThreadPoolExecutor|(?:Fork|Spawn|ForkServer)?(?:Pool)?(?:Worker|Process|Thread))?(?:[-_]?\d+(?:[_:]\d+)*)?)$/;
/** "Thread-3 (target)", since 3.10. */
const THREAD_OF_FUNCTION = /^(Thread-\d+) \((.*)\)$/s;
const SYSTEM_LIBRARY = /^(?:\[.*\]|\/(?:usr\/)?lib(?:64|32)?\/.*)$/s;

/**
 * For strangers: every name of the program's own code, and of the packages that it uses, has a
 * pseudonym. The names of Python's own library, and of the system's, stay. Structure stays too: the
 * parts of a path and of a qualified name, so that modules and classes can still be told apart.
 */
export function strictRules({ pseudonyms, keep }: StrictOptions): RewriteRules {
  const prefixes = new Set<string>();

  const isPublicCode = (file: string): boolean =>
    file.startsWith("<frozen ") || libraryStart(file, prefixes) > 0;
  const isKept = (file: string): boolean => keep.some((pattern) => pattern.test(file));

  const component = (part: string): string => {
    if (PUBLIC_DIRECTORY.test(part)) return part;
    const [, stem = part, ending = ""] = FILE_NAME.exec(part) ?? [];
    return pseudonyms.of(stem) + ending;
  };
  const path = (text: string): string => text.replace(/[^\\/]+/g, component);
  const codeFile = (file: string): string => {
    if (PUBLIC_FILE.test(file)) return file;
    const start = libraryStart(file, prefixes);
    if (start > 0) return path(file.slice(0, start)) + file.slice(start);
    if (isKept(file)) return file;
    return file.startsWith("<") ? `<${pseudonyms.of(file.slice(1, -1))}>` : path(file);
  };
  const name = (text: string): string =>
    text
      .split(".")
      .map((part) => (PUBLIC_NAME.test(part) ? part : pseudonyms.of(part)))
      .join(".");
  const functionName = (text: string, file: string): string =>
    isPublicCode(file) || isKept(file) ? text : name(text);
  const threadName = (text: string): string => {
    if (PUBLIC_THREAD.test(text) || PUBLIC_WORD.test(text)) return text;
    const [, number, target] = THREAD_OF_FUNCTION.exec(text) ?? [];
    if (number !== undefined) return `${number} (${name(target!)})`;
    const [, stem = text, digits = ""] = /^(.*?)([-_]?\d*)$/s.exec(text) ?? [];
    return stem === "" ? text : pseudonyms.of(stem) + digits;
  };
  const isSystem = (mapping: string): boolean =>
    SYSTEM_LIBRARY.test(mapping) ||
    libraryStart(mapping, prefixes) > 0 ||
    /\/libpython[\d.]+[a-z]*\.so/.test(mapping);

  return {
    ...KEEP_ALL,
    header: (header) => {
      withoutHost(header);
      header.captureId = new Uint8Array(0);
      for (const label of header.label) label.value = pseudonyms.of(label.value);
      markRedacted(header, "strict", Redaction.STRICT);
      if (header.imported === undefined) return;
      header.imported.program = "";
      header.imported.loss = [];
    },
    prefixes: (found) => {
      for (const prefix of found) if (prefix !== "") prefixes.add(prefix.replace(/[\\/]$/, ""));
    },
    path: (text) => (SYSTEM_LIBRARY.test(text) ? text : path(text)),
    codeFile,
    functionName,
    argumentName: (text, file) =>
      /^(?:self|cls|mcs|mcls)$/.test(text) ? text : functionName(text, file),
    nativeName: (text, mapping) => (isSystem(mapping) ? text : pseudonyms.of(text)),
    nativeFile: (text, mapping) => (isSystem(mapping) ? text : path(text)),
    threadName,
    role: threadName,
    cgroup: () => "",
    command: (words) =>
      redactedCommand(words).map((word) => (PUBLIC_WORD.test(word) ? word : path(word))),
    variable: (text) =>
      text
        .split(/=(.*)/s, 2)
        .map((part) => (/^\d*$/.test(part) ? part : pseudonyms.of(part)))
        .join("="),
    note: (text) => (text === "" ? "" : "(redacted)"),
    keepsBuildId: isSystem,
    keepsLocals: () => false,
    keepsSources: () => false,
  };
}

/**
 * Where in a file's name the part below a known interpreter's own library begins, "json/decoder.py";
 * 0: it is no file of it.
 */
function libraryStart(file: string, prefixes: ReadonlySet<string>): number {
  for (const prefix of prefixes) {
    if (!file.startsWith(`${prefix}/`)) continue;
    const below = /^\/lib(?:64)?\/(?:python\d+\.\d+t?|pypy\d+\.\d+)\//.exec(
      file.slice(prefix.length),
    );
    if (below === null) continue;
    const start = prefix.length + below[0].length;
    if (!/^(?:site|dist)-packages\//.test(file.slice(start))) return start;
  }
  return 0;
}
