// SPDX-License-Identifier: MIT

import { StringList } from "../text/string-list.ts";

/** Strings that are referred to by their index. Entry 0 is "", as protobuf formats demand. */
export class StringTable extends StringList {
  constructor() {
    super();
    this.index("");
  }
}
