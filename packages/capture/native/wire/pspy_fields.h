// SPDX-License-Identifier: MIT
// Generated from schemas/pspy.proto by scripts/generate-fields.mjs. Do not edit.
#pragma once

#include <cstdint>

namespace pyspy::fields {

// message Capture
inline constexpr uint32_t kCaptureRecord = 1;

// message Record
inline constexpr uint32_t kRecordHeader = 1;
inline constexpr uint32_t kRecordChunkStart = 2;
inline constexpr uint32_t kRecordTables = 3;
inline constexpr uint32_t kRecordSamples = 4;
inline constexpr uint32_t kRecordEvents = 5;
inline constexpr uint32_t kRecordChunkEnd = 6;
inline constexpr uint32_t kRecordFooter = 7;
inline constexpr uint32_t kRecordSnapshot = 8;
inline constexpr uint32_t kRecordSources = 9;

// message Header
inline constexpr uint32_t kHeaderFormat = 1;
inline constexpr uint32_t kHeaderMajorVersion = 2;
inline constexpr uint32_t kHeaderMinorVersion = 3;
inline constexpr uint32_t kHeaderCaptureId = 4;
inline constexpr uint32_t kHeaderAgentVersion = 5;
inline constexpr uint32_t kHeaderClock = 6;
inline constexpr uint32_t kHeaderHost = 7;
inline constexpr uint32_t kHeaderOptions = 8;
inline constexpr uint32_t kHeaderWeightType = 9;
inline constexpr uint32_t kHeaderLabel = 10;
inline constexpr uint32_t kHeaderImported = 11;

// message Import
inline constexpr uint32_t kImportFormat = 1;
inline constexpr uint32_t kImportProgram = 2;
inline constexpr uint32_t kImportMissing = 3;
inline constexpr uint32_t kImportLoss = 4;

// message Clock
inline constexpr uint32_t kClockMonotonicNanos = 1;
inline constexpr uint32_t kClockRealtimeNanos = 2;
inline constexpr uint32_t kClockBoottimeNanos = 3;

// message Host
inline constexpr uint32_t kHostOs = 1;
inline constexpr uint32_t kHostKernelRelease = 2;
inline constexpr uint32_t kHostArchitecture = 3;
inline constexpr uint32_t kHostCpuCount = 4;
inline constexpr uint32_t kHostName = 5;
inline constexpr uint32_t kHostBootId = 6;

// message Options
inline constexpr uint32_t kOptionsRateHertz = 1;
inline constexpr uint32_t kOptionsDurationNanos = 2;
inline constexpr uint32_t kOptionsStrategy = 3;
inline constexpr uint32_t kOptionsNative = 4;
inline constexpr uint32_t kOptionsSubprocesses = 5;
inline constexpr uint32_t kOptionsRedaction = 6;
inline constexpr uint32_t kOptionsArgument = 7;

// message WeightType
inline constexpr uint32_t kWeightTypeName = 1;
inline constexpr uint32_t kWeightTypeUnit = 2;

// message Label
inline constexpr uint32_t kLabelKey = 1;
inline constexpr uint32_t kLabelValue = 2;

// message ChunkStart
inline constexpr uint32_t kChunkStartMarker = 1;
inline constexpr uint32_t kChunkStartSequence = 2;
inline constexpr uint32_t kChunkStartTimeNanos = 3;
inline constexpr uint32_t kChunkStartTickUnitNanos = 4;
inline constexpr uint32_t kChunkStartRateHertz = 5;

// message ChunkEnd
inline constexpr uint32_t kChunkEndSequence = 1;
inline constexpr uint32_t kChunkEndTimeNanos = 2;
inline constexpr uint32_t kChunkEndCounters = 3;
inline constexpr uint32_t kChunkEndCrc32 = 4;

// message Footer
inline constexpr uint32_t kFooterReason = 1;
inline constexpr uint32_t kFooterTimeNanos = 2;
inline constexpr uint32_t kFooterCounters = 3;
inline constexpr uint32_t kFooterMessage = 4;

// message Counters
inline constexpr uint32_t kCountersTicksAsked = 1;
inline constexpr uint32_t kCountersTicksTaken = 2;
inline constexpr uint32_t kCountersTicksLate = 3;
inline constexpr uint32_t kCountersTicksMissed = 4;
inline constexpr uint32_t kCountersSamples = 5;
inline constexpr uint32_t kCountersSamplesFailed = 6;
inline constexpr uint32_t kCountersSamplesUnstable = 7;
inline constexpr uint32_t kCountersSamplesTruncated = 8;
inline constexpr uint32_t kCountersRetries = 9;
inline constexpr uint32_t kCountersStops = 10;
inline constexpr uint32_t kCountersStopsTimedOut = 11;
inline constexpr uint32_t kCountersPauseNanos = 12;
inline constexpr uint32_t kCountersReads = 13;
inline constexpr uint32_t kCountersBytesRead = 14;
inline constexpr uint32_t kCountersAgentCpuNanos = 15;
inline constexpr uint32_t kCountersAgentRssBytes = 16;
inline constexpr uint32_t kCountersCodeObjectsReplaced = 17;

// message Histogram
inline constexpr uint32_t kHistogramBucket = 1;
inline constexpr uint32_t kHistogramSum = 2;
inline constexpr uint32_t kHistogramMaximum = 3;

// message Tables
inline constexpr uint32_t kTablesString = 1;
inline constexpr uint32_t kTablesProcess = 2;
inline constexpr uint32_t kTablesOwner = 3;
inline constexpr uint32_t kTablesState = 4;
inline constexpr uint32_t kTablesCode = 5;
inline constexpr uint32_t kTablesPythonFrames = 6;
inline constexpr uint32_t kTablesPythonStacks = 7;
inline constexpr uint32_t kTablesMapping = 8;
inline constexpr uint32_t kTablesNativeFrames = 9;
inline constexpr uint32_t kTablesNativeStacks = 10;
inline constexpr uint32_t kTablesNativeSymbol = 11;

// message Process
inline constexpr uint32_t kProcessPid = 1;
inline constexpr uint32_t kProcessNamespacePid = 2;
inline constexpr uint32_t kProcessParentPid = 3;
inline constexpr uint32_t kProcessStartBootNanos = 4;
inline constexpr uint32_t kProcessExecutable = 5;
inline constexpr uint32_t kProcessArgument = 6;
inline constexpr uint32_t kProcessPython = 7;
inline constexpr uint32_t kProcessExecCount = 8;
inline constexpr uint32_t kProcessRole = 9;
inline constexpr uint32_t kProcessCgroup = 10;
inline constexpr uint32_t kProcessEnvironment = 11;

// message Python
inline constexpr uint32_t kPythonHexVersion = 1;
inline constexpr uint32_t kPythonVersion = 2;
inline constexpr uint32_t kPythonImplementation = 3;
inline constexpr uint32_t kPythonFreeThreaded = 4;
inline constexpr uint32_t kPythonDebugBuild = 5;
inline constexpr uint32_t kPythonLayoutSource = 6;
inline constexpr uint32_t kPythonPrefix = 7;

// message Owner
inline constexpr uint32_t kOwnerProcess = 1;
inline constexpr uint32_t kOwnerThread = 2;
inline constexpr uint32_t kOwnerTask = 3;

// message Thread
inline constexpr uint32_t kThreadTid = 1;
inline constexpr uint32_t kThreadNamespaceTid = 2;
inline constexpr uint32_t kThreadPythonThreadId = 3;
inline constexpr uint32_t kThreadPythonName = 4;
inline constexpr uint32_t kThreadOsName = 5;
inline constexpr uint32_t kThreadMain = 6;
inline constexpr uint32_t kThreadInterpreterId = 7;

// message Task
inline constexpr uint32_t kTaskKind = 1;
inline constexpr uint32_t kTaskAddress = 2;
inline constexpr uint32_t kTaskName = 3;
inline constexpr uint32_t kTaskThread = 4;
inline constexpr uint32_t kTaskAwaitedBy = 5;

// message State
inline constexpr uint32_t kStateFlags = 1;
inline constexpr uint32_t kStateOsState = 2;
inline constexpr uint32_t kStateSyscall = 3;

// message CodeObject
inline constexpr uint32_t kCodeObjectName = 1;
inline constexpr uint32_t kCodeObjectQualifiedName = 2;
inline constexpr uint32_t kCodeObjectFile = 3;
inline constexpr uint32_t kCodeObjectFirstLine = 4;
inline constexpr uint32_t kCodeObjectFlags = 5;
inline constexpr uint32_t kCodeObjectLineTableKind = 6;
inline constexpr uint32_t kCodeObjectLineTable = 7;
inline constexpr uint32_t kCodeObjectFirstArgument = 8;
inline constexpr uint32_t kCodeObjectLineTableTruncated = 9;

// message PythonFrames
inline constexpr uint32_t kPythonFramesCode = 1;
inline constexpr uint32_t kPythonFramesInstruction = 2;
inline constexpr uint32_t kPythonFramesFlags = 3;

// message Stacks
inline constexpr uint32_t kStacksParentDelta = 1;
inline constexpr uint32_t kStacksFrame = 2;

// message Mapping
inline constexpr uint32_t kMappingPath = 1;
inline constexpr uint32_t kMappingBuildId = 2;
inline constexpr uint32_t kMappingLoadBias = 3;
inline constexpr uint32_t kMappingDevice = 4;
inline constexpr uint32_t kMappingInode = 5;

// message NativeFrames
inline constexpr uint32_t kNativeFramesMapping = 1;
inline constexpr uint32_t kNativeFramesAddress = 2;
inline constexpr uint32_t kNativeFramesFlags = 3;

// message NativeSymbol
inline constexpr uint32_t kNativeSymbolFrame = 1;
inline constexpr uint32_t kNativeSymbolName = 2;
inline constexpr uint32_t kNativeSymbolRawName = 3;
inline constexpr uint32_t kNativeSymbolFile = 4;
inline constexpr uint32_t kNativeSymbolLine = 5;
inline constexpr uint32_t kNativeSymbolStartAddress = 6;

// message SampleBlock
inline constexpr uint32_t kSampleBlockStartNanos = 1;
inline constexpr uint32_t kSampleBlockTickDelta = 2;
inline constexpr uint32_t kSampleBlockRun = 3;
inline constexpr uint32_t kSampleBlockOwner = 4;
inline constexpr uint32_t kSampleBlockPythonStack = 5;
inline constexpr uint32_t kSampleBlockNativeStack = 6;
inline constexpr uint32_t kSampleBlockState = 7;
inline constexpr uint32_t kSampleBlockCpu = 8;
inline constexpr uint32_t kSampleBlockGap = 9;
inline constexpr uint32_t kSampleBlockWeight = 10;

// message Weight
inline constexpr uint32_t kWeightType = 1;
inline constexpr uint32_t kWeightValue = 2;

// message Events
inline constexpr uint32_t kEventsEvent = 1;

// message Event
inline constexpr uint32_t kEventTimeNanos = 1;
inline constexpr uint32_t kEventProcessStarted = 2;
inline constexpr uint32_t kEventProcessExecuted = 3;
inline constexpr uint32_t kEventProcessExited = 4;
inline constexpr uint32_t kEventThreadExited = 5;
inline constexpr uint32_t kEventNote = 6;

// message ProcessStarted
inline constexpr uint32_t kProcessStartedProcess = 1;

// message ProcessExecuted
inline constexpr uint32_t kProcessExecutedProcess = 1;

// message ProcessExited
inline constexpr uint32_t kProcessExitedProcess = 1;
inline constexpr uint32_t kProcessExitedStatusKnown = 2;
inline constexpr uint32_t kProcessExitedExitStatus = 3;
inline constexpr uint32_t kProcessExitedSignal = 4;

// message ThreadExited
inline constexpr uint32_t kThreadExitedOwner = 1;

// message Note
inline constexpr uint32_t kNoteKind = 1;
inline constexpr uint32_t kNoteProcess = 2;
inline constexpr uint32_t kNoteText = 3;

// message Snapshot
inline constexpr uint32_t kSnapshotTimeNanos = 1;
inline constexpr uint32_t kSnapshotOwner = 2;
inline constexpr uint32_t kSnapshotFrame = 3;

// message FrameVariables
inline constexpr uint32_t kFrameVariablesDepth = 1;
inline constexpr uint32_t kFrameVariablesVariable = 2;

// message Variable
inline constexpr uint32_t kVariableName = 1;
inline constexpr uint32_t kVariableKind = 2;
inline constexpr uint32_t kVariableTypeName = 3;
inline constexpr uint32_t kVariableValue = 4;
inline constexpr uint32_t kVariableTruncated = 5;
inline constexpr uint32_t kVariableAddress = 6;

// message Sources
inline constexpr uint32_t kSourcesFile = 1;

// message SourceFile
inline constexpr uint32_t kSourceFilePath = 1;
inline constexpr uint32_t kSourceFileText = 2;
inline constexpr uint32_t kSourceFileTruncated = 3;

// enum Missing
inline constexpr uint32_t kMissingUnspecified = 0;
inline constexpr uint32_t kMissingTimes = 1;
inline constexpr uint32_t kMissingThreads = 2;
inline constexpr uint32_t kMissingGil = 3;
inline constexpr uint32_t kMissingOsState = 4;
inline constexpr uint32_t kMissingStacks = 5;

// enum Strategy
inline constexpr uint32_t kStrategyUnspecified = 0;
inline constexpr uint32_t kStrategyAdaptive = 1;
inline constexpr uint32_t kStrategyNonblocking = 2;
inline constexpr uint32_t kStrategyBlocking = 3;

// enum Redaction
inline constexpr uint32_t kRedactionUnspecified = 0;
inline constexpr uint32_t kRedactionDefault = 1;
inline constexpr uint32_t kRedactionNone = 2;
inline constexpr uint32_t kRedactionStrict = 3;

// enum EndReason
inline constexpr uint32_t kEndUnspecified = 0;
inline constexpr uint32_t kEndDuration = 1;
inline constexpr uint32_t kEndInterrupted = 2;
inline constexpr uint32_t kEndTargetExited = 3;
inline constexpr uint32_t kEndPermissionLost = 4;
inline constexpr uint32_t kEndOutputFailed = 5;
inline constexpr uint32_t kEndLimit = 6;

// enum LayoutSource
inline constexpr uint32_t kLayoutUnspecified = 0;
inline constexpr uint32_t kLayoutDebugOffsets = 1;
inline constexpr uint32_t kLayoutTable = 2;

// enum TaskKind
inline constexpr uint32_t kTaskUnspecified = 0;
inline constexpr uint32_t kTaskAsyncio = 1;
inline constexpr uint32_t kTaskGreenlet = 2;

// enum StateFlag
inline constexpr uint32_t kStateNone = 0;
inline constexpr uint32_t kStateGilKnown = 1;
inline constexpr uint32_t kStateGilHeld = 2;
inline constexpr uint32_t kStateGilWaiting = 4;
inline constexpr uint32_t kStateGc = 8;
inline constexpr uint32_t kStateExceptionRaised = 16;
inline constexpr uint32_t kStateExceptionHandled = 32;
inline constexpr uint32_t kStateUnstable = 64;
inline constexpr uint32_t kStateTruncated = 128;
inline constexpr uint32_t kStateNativeTruncated = 256;
inline constexpr uint32_t kStateMergeMismatch = 512;
inline constexpr uint32_t kStateStopped = 1024;
inline constexpr uint32_t kStateCpuKnown = 2048;
inline constexpr uint32_t kStateStackKnown = 4096;

// enum LineTableKind
inline constexpr uint32_t kLineTableNone = 0;
inline constexpr uint32_t kLineTableLnotabUnsigned = 1;
inline constexpr uint32_t kLineTableLnotabSigned = 2;
inline constexpr uint32_t kLineTablePep626 = 3;
inline constexpr uint32_t kLineTableLocations = 4;

// enum FrameFlag
inline constexpr uint32_t kFrameNone = 0;
inline constexpr uint32_t kFrameEntry = 1;
inline constexpr uint32_t kFrameGenerator = 2;

// enum NativeFrameFlag
inline constexpr uint32_t kNativeFrameNone = 0;
inline constexpr uint32_t kNativeFrameHostsPython = 1;
inline constexpr uint32_t kNativeFrameReturnAddress = 2;
inline constexpr uint32_t kNativeFrameSignal = 4;
inline constexpr uint32_t kNativeFrameByFramePointer = 8;

// enum RunFlag
inline constexpr uint32_t kRunNone = 0;
inline constexpr uint32_t kRunOwner = 1;
inline constexpr uint32_t kRunPythonStack = 2;
inline constexpr uint32_t kRunNativeStack = 4;
inline constexpr uint32_t kRunState = 8;
inline constexpr uint32_t kRunCpu = 16;
inline constexpr uint32_t kRunGap = 32;

// enum NoteKind
inline constexpr uint32_t kNoteUnspecified = 0;
inline constexpr uint32_t kNoteRateLowered = 1;
inline constexpr uint32_t kNoteProcessUnreadable = 2;
inline constexpr uint32_t kNoteLimitReached = 3;
inline constexpr uint32_t kNoteCoreFile = 4;

// enum VariableKind
inline constexpr uint32_t kVariableUnspecified = 0;
inline constexpr uint32_t kVariableArgument = 1;
inline constexpr uint32_t kVariableLocal = 2;
inline constexpr uint32_t kVariableCell = 3;

}  // namespace pyspy::fields
