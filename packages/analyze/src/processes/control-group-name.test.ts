import { expect, it } from "vitest";
import { controlGroupName } from "./control-group-name.ts";

const ID = "17ab0c3e99d2f00d17ab0c3e99d2f00d17ab0c3e99d2f00d17ab0c3e99d2f00d";

it.each([
  ["", "no control group"],
  ["/", "/"],
  ["/system.slice/shop.service", "shop.service"],
  ["/system.slice/system-worker.slice/worker@3.service", "worker@.service"],
  [`/docker/${ID}`, "docker 17ab0c3e99d2"],
  [`/system.slice/docker-${ID}.scope`, "docker 17ab0c3e99d2"],
  [`/kubepods.slice/kubepods-pod7.slice/cri-containerd-${ID}.scope`, "cri-containerd 17ab0c3e99d2"],
  [`/${ID}`, "container 17ab0c3e99d2"],
  ["/user.slice/user-1000.slice/session-3.scope", "session-3.scope"],
  ["/lxc/web", "web"],
])("%s: %s", (path, name) => {
  expect(controlGroupName(path)).toBe(name);
});
