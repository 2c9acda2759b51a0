// SPDX-License-Identifier: MIT

export { concatBytes, type RecordBody, RecordWriter } from "../write/record-writer.ts";
