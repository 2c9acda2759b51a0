// SPDX-License-Identifier: MIT

export { hexadecimal } from "./bytes/hexadecimal.ts";
export {
  type CodeOrigin,
  type CodeOwner,
  commonDirectory,
  isAbsolute,
  nativeOrigin,
  pythonOrigin,
} from "./code/code-origin.ts";
export { type LinePosition, LineTable, type LineTableSource } from "./code/line-table.ts";
export { modulesOfFiles } from "./code/module-name.ts";
export type { Matching } from "./diff/align-functions.ts";
export { type Doubt, type DoubtCode, doubtsOf } from "./diff/comparability.ts";
export { SideComparison } from "./diff/compare.ts";
export {
  type Change,
  type CompareOptions,
  type Comparison,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type FunctionChange,
  type Measure,
  type PathComparison,
  type Replicate,
  type SideFacts,
  type Verdict,
} from "./diff/comparison.ts";
export { type PlannedFunction, planRecording, type RecordingPlan } from "./diff/plan-recording.ts";
export { type RenameCandidate, renameCandidates } from "./diff/rename-candidates.ts";
export { compareWithItself, type SelfTest } from "./diff/self-test.ts";
export type { DiffUnit } from "./diff/window-sums.ts";
export {
  CaptureTooLargeError,
  CaptureVersionError,
  EmptyCaptureError,
  type FileGuess,
  ForeignRecordingError,
  InvalidFilterError,
  MissingDataError,
  NotACaptureError,
  PyspyError,
} from "./errors.ts";
export { type FramePattern, parseFramePattern } from "./frames/frame-pattern.ts";
export type { CodeUnit } from "./frames/merge-code.ts";
export { checkLimits, type LimitOptions, type LimitResult } from "./gate/check-limits.ts";
export { type Bound, type Limit, parseBound, parseFunctionLimit } from "./gate/limit.ts";
export { blameGil } from "./gil/blame-gil.ts";
export type { GilBlame, GilFunction, GilPair, GilThread } from "./gil/gil-blame.ts";
export { createImporter } from "./import/create-importer.ts";
export {
  FOREIGN_FORMATS,
  type ForeignFormat,
  type ImportOptions,
} from "./import/foreign-format.ts";
export type { Importer } from "./import/importer.ts";
export { RECOGNISED_BYTES, recogniseForeign } from "./import/recognise.ts";
export { findInsights } from "./insights/find-insights.ts";
export type {
  GilInsight,
  HotInsight,
  Insight,
  InsightLevel,
  LoadInsight,
  QualityInsight,
  StallInsight,
  WorkerInsight,
} from "./insights/insight.ts";
export { CaptureInspector } from "./inspect/inspect-capture.ts";
export type { Inspection, PrivateFinding, PrivateKind } from "./inspect/inspection.ts";
export { type LiveEnd, LiveReader, type LiveWindow } from "./live/live-reader.ts";
export {
  type LivePoint,
  type LiveRow,
  type LiveStatus,
  LiveTotals,
  type LiveUnit,
} from "./live/live-totals.ts";
export { CaptureMerger, type MergeCounts } from "./merge/capture-merger.ts";
export type { CallTree, FrameLabel, WeightUnit } from "./model/call-tree.ts";
export { hostOf, labelsOf } from "./model/labels.ts";
export type {
  CodeAddresses,
  CodeMapping,
  Damage,
  DamageKind,
  FrameTable,
  NativeCode,
  Process,
  ProcessExit,
  Profile,
  PythonFunction,
  PythonRuntime,
  Recording,
  RecordingNote,
  SampleTable,
  StackTable,
  Thread,
  TickTable,
} from "./model/profile.ts";
export { validateProfile } from "./model/validate-profile.ts";
export type { FrameVariables, LocalVariable, ThreadVariables } from "./model/variables.ts";
export {
  compareMoments,
  type ThreadChange,
  type ThreadStand,
  threadStands,
} from "./moment/compare-moments.ts";
export { type LockWait, lockWaits } from "./moment/lock-waits.ts";
export { type MomentOfThreads, type ThreadMoment, threadsAt } from "./moment/threads-at.ts";
export { variablesAt } from "./moment/variables-at.ts";
export { unnamedName } from "./native/native-role.ts";
export type { KeyedHash } from "./privacy/pseudonyms.ts";
export {
  CaptureRedactor,
  type RedactionLevel,
  type RedactionRequest,
} from "./privacy/redaction.ts";
export { redactionLevels } from "./privacy/redaction-levels.ts";
export { accountForProcesses, type ProcessAccount } from "./processes/process-account.ts";
export { processRoles } from "./processes/process-roles.ts";
export { assessQuality } from "./quality/assess-quality.ts";
export type { QualityAssessment, QualityFinding, QualityKind } from "./quality/quality-finding.ts";
export { CaptureReader } from "./read/capture-reader.ts";
export { readCapture, readCaptures } from "./read/read-capture.ts";
export { type CarriedCapture, isReportPage, reportCaptures } from "./read/report-captures.ts";
export { MAX_TICK_PERIODS, MIN_TICK_LIMIT_NANOS } from "./read/tick-weight.ts";
export type { RewriteLoss } from "./rewrite/capture-rewriter.ts";
export { builtInRulePacks } from "./rules/built-in.ts";
export {
  compileRulePack,
  type FoldRule,
  parseRulePack,
  type RoleRule,
  type RulePack,
  type RulePackFile,
} from "./rules/rule-pack.ts";
export { filterTime } from "./select/filter-time.ts";
export {
  filterIdle,
  filterLabels,
  filterPids,
  filterProcesses,
  filterPythonStack,
  filterState,
  filterThreads,
  type LabelPattern,
  type ThreadState,
} from "./select/filters.ts";
export { type NamePattern, parseNamePattern } from "./select/name-pattern.ts";
export { isRecorded, type Recorded, requireRecorded } from "./select/require-recorded.ts";
export {
  type EditNote,
  type FilterStep,
  filterRuns,
  type Selection,
  selectAll,
  type Totals,
} from "./select/selection.ts";
export { splitTime, type TimeWindow } from "./select/split-time.ts";
export {
  collectsGarbage,
  hasPythonStack,
  holdsGil,
  inException,
  isIdle,
  isOnCpu,
  waitsForGil,
} from "./select/states.ts";
export { type LineHeat, type LineWeight, lineHeat } from "./source/line-heat.ts";
export {
  type RecordedCode,
  recordedCode,
  sourceLines,
  sourceMisfit,
} from "./source/source-fit.ts";
export { findStalls } from "./stalls/find-stalls.ts";
export type { Stall, StallOptions, Stalls } from "./stalls/stall.ts";
export { joinSummaries } from "./summary/join-summaries.ts";
export { summarize, summarizeSelection } from "./summary/summarize.ts";
export type {
  ImportSummary,
  ProcessSummary,
  QualitySummary,
  RecordingSummary,
  SelectionSummary,
  Summary,
  ThreadSummary,
} from "./summary/summary.ts";
export { CaptureSymbolizer, type SymbolizedLibrary } from "./symbolize/capture-symbolizer.ts";
export type { Library, NameAddresses, NativeName } from "./symbolize/native-names.ts";
export { thinCapture } from "./thin/thin-capture.ts";
export { accountForThreads, type ThreadAccount } from "./threads/thread-account.ts";
export { parseDuration } from "./time/duration.ts";
export {
  parseTimePoint,
  resolveTimePoint,
  resolveTimeRange,
  type TimePoint,
} from "./time/time-point.ts";
export type { TimeRange } from "./time/time-range.ts";
export {
  buildTimeline,
  MAX_TIMELINE_PARTS,
  selectedSpan,
  type TimelineOptions,
} from "./timeline/build-timeline.ts";
export {
  ACTIVITIES,
  type Activity,
  buildThreadStrips,
  type ThreadStrips,
} from "./timeline/thread-strips.ts";
export type { Timeline, TimelinePart } from "./timeline/timeline.ts";
export {
  findNeighbours,
  type Neighbour,
  type NeighbourOptions,
  type Neighbours,
} from "./top/neighbours.ts";
export { buildCallTree, type CallTreeOptions } from "./tree/build-call-tree.ts";
export { type HotRow, type HottestOptions, hottest, hottestOfTree } from "./tree/hottest.ts";
export { LabelTable } from "./tree/label-table.ts";
export { calleesOf, callersOf, invertTree } from "./tree/reshape-tree.ts";
export { processLabel, type RootOptions, threadLabel } from "./tree/root-groups.ts";
export { unionTrees } from "./tree/union-tree.ts";
export { selectView, type View } from "./view/select-view.ts";
export { keptThreads } from "./view/thread-filters.ts";
export {
  type OptionValues,
  type PatternFilter,
  THREAD_STATES,
  viewOfOptions,
} from "./view/view-of-options.ts";
