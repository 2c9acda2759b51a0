// SPDX-License-Identifier: MIT

export * as otlp from "./gen/otlp_profiles_pb.ts";
export * as parca from "./gen/parca_pb.ts";
export * as perfetto from "./gen/perfetto_pb.ts";
export * as pprof from "./gen/pprof_pb.ts";
export * as columns from "./gen/pspy_columns_pb.ts";
export * from "./gen/pspy_pb.ts";
