// SPDX-License-Identifier: MIT

const ID = /^(.*?)[-_.:]?([0-9a-f]{32,64})(?:\.scope|\.slice)?$/;
const INSTANCE = /^([^@]+)@.+(\.[a-z]+)$/;

/**
 * What a control group is called: a systemd service ("shop.service"; of a template's instance
 * "worker@.service"), or a container with the first 12 digits of its id, as docker shows it
 * ("docker 17ab0c3e99d2"). "no control group": none was recorded.
 */
export function controlGroupName(path: string): string {
  if (path === "") return "no control group";
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.at(-1) ?? "/";
  const container = ID.exec(last);
  if (container !== null) {
    const [, kind, id] = container;
    return `${kind || parts.at(-2) || "container"} ${id!.slice(0, 12)}`;
  }
  return last.replace(INSTANCE, "$1@$2");
}
