// SPDX-License-Identifier: MIT
export * from "./gen/pspy_pb.ts";
export * as columns from "./gen/pspy_columns_pb.ts";
