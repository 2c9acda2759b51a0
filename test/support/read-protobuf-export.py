# SPDX-License-Identifier: MIT
"""Reads a Perfetto trace or OTLP profiles with the descriptors that their projects publish.

    read-protobuf-export.py perfetto|otlp FILE

Prints JSON: {"unknownFields": n, "rows": [{"startNanos", "thread", "frames", "nanos", "samples"}],
"native": [{"function", "file", "buildId", "address"}]}; frames are names, outermost first; times are
since 1970, of OTLP those of the profile; native code is told of OTLP. Fails where a reference leads
nowhere.
"""

import json
import sys

from google.protobuf import unknown_fields


def count_unknown(message):
    count = len(unknown_fields.UnknownFieldSet(message))
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if field.is_repeated else [value]:
                count += count_unknown(part)
    return count


def read_perfetto(data):
    from perfetto.protos.perfetto.trace import perfetto_trace_pb2

    trace = perfetto_trace_pb2.Trace()
    trace.ParseFromString(data)
    threads, contexts, names, frames, stacks, rows = {}, {}, {}, {}, {}, []
    for packet in trace.packet:
        if packet.track_descriptor.HasField("thread"):
            thread = packet.track_descriptor.thread
            threads[thread.pid, thread.tid] = thread.thread_name
        interned = packet.interned_data
        names.update((entry.iid, entry.str.decode()) for entry in interned.function_names)
        frames.update((entry.iid, names[entry.function_name_id]) for entry in interned.frames)
        for entry in interned.callstacks:
            stacks[entry.iid] = [frames[frame] for frame in entry.frame_ids]
        for entry in interned.stack_sample_task_contexts:
            contexts[entry.iid] = threads[entry.pid, entry.tid]
        if packet.HasField("stack_sample"):
            sample = packet.stack_sample
            rows.append(
                {
                    "startNanos": str(packet.timestamp),
                    "thread": contexts[sample.task_context_iid],
                    "frames": stacks[sample.callstack_iid] if sample.callstack_iid else [],
                    "nanos": sample.primary_weight,
                    "samples": sample.follower_weights[2],
                }
            )
    return count_unknown(trace), rows, []


def read_otlp(data):
    from opentelemetry.proto.profiles.v1development import profiles_pb2

    file = profiles_pb2.ProfilesData()
    file.ParseFromString(data)
    tables = file.dictionary
    text = tables.string_table

    def frame(location):
        line = tables.location_table[location].lines[0]
        return text[tables.function_table[line.function_index].name_strindex]

    def identity(sample):
        keys = {}
        for index in sample.attribute_indices:
            attribute = tables.attribute_table[index]
            keys[text[attribute.key_strindex]] = attribute.value.string_value
        stack = tables.stack_table[sample.stack_index].location_indices
        return keys["thread.name"], [frame(location) for location in reversed(stack)]

    rows = []
    for resource in file.resource_profiles:
        (scope,) = resource.scope_profiles
        by_type = {text[p.sample_type.type_strindex]: p for p in scope.profiles}
        for wall, count in zip(by_type["wall"].samples, by_type["samples"].samples, strict=True):
            thread, frames = identity(wall)
            assert (thread, frames) == identity(count)
            start = str(by_type["wall"].time_unix_nano)
            row = {"startNanos": start, "thread": thread, "frames": frames}
            rows.append({**row, "nanos": wall.values[0], "samples": count.values[0]})
    return count_unknown(file), rows, [*native_code(tables)]


def native_code(tables):
    text = tables.string_table
    for location in tables.location_table:
        mapping = tables.mapping_table[location.mapping_index]
        if not location.mapping_index:
            continue
        attributes = [tables.attribute_table[index] for index in mapping.attribute_indices]
        ids = {text[each.key_strindex]: each.value.string_value for each in attributes}
        assert mapping.memory_start <= location.address < mapping.memory_limit
        yield {
            "function": text[tables.function_table[location.lines[0].function_index].name_strindex],
            "file": text[mapping.filename_strindex],
            "buildId": ids.get("process.executable.build_id.gnu", ""),
            "address": location.address,
        }


kind, path = sys.argv[1:]
with open(path, "rb") as stream:
    content = stream.read()
unknown, found, native = {"perfetto": read_perfetto, "otlp": read_otlp}[kind](content)
json.dump({"unknownFields": unknown, "rows": found, "native": native}, sys.stdout)
