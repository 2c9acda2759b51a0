// SPDX-License-Identifier: MIT

/** What help and the manual say of `pyspy-analyze` besides its options. */

/** What the inputs are. */
export const INPUTS = `FILE is a capture, .pspy or .pspy.gz, what py-spy, austin, profiling.sampling, pprof or speedscope recorded, or - for
standard input; or a directory, or a pattern in quotes ('*.pspy'), for all captures in it. Several are read as one.`;

export const SUMMARY = "Reports what captures of running Python processes hold.";

export const USAGE: string = `${SUMMARY}

Usage: $0 FILE... [options]
or:    $0 COMMAND FILE... [options]

${INPUTS}`;

/** Command lines behind the program's name, with what they do. */
export const EXAMPLES: readonly (readonly [string, string])[] = [
  ["run.pspy", "what was recorded, and the hottest functions"],
  ["run.pspy -o run.svg", "a flame graph of all threads that were not idle"],
  ["run.pspy --gil -f speedscope", "who held the GIL, as run.speedscope.json"],
  ["run.pspy -f raw -o - | grep json", "collapsed stacks, for other tools"],
];

export const EXIT_CODES = `Exit codes: 0 done, also when a capture is cut or damaged in part (warning on standard error);
1 internal error; 2 usage; 3 unreadable capture; 4 capture of a newer format; 5 permission denied;
7 inputs that do not go together; 8 output not written;
9 a gate failed; 10 not recorded: times, the GIL; 11 not pushed; 130 interrupted.`;
