// SPDX-License-Identifier: MIT

export * as columns from "./gen/pspy_columns_pb.ts";
export * from "./gen/pspy_pb.ts";
