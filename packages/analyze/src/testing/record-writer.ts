// SPDX-License-Identifier: MIT

export { concatBytes, RecordWriter } from "../write/record-writer.ts";
