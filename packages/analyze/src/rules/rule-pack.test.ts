import { describe, expect, it } from "vitest";
import { matchFrames } from "../frames/frame-pattern.ts";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { builtInRulePacks } from "./built-in.ts";
import { parseRulePack } from "./rule-pack.ts";

/** The rule of a built-in pack that claims a function; `undefined`: none. */
function claimedBy(file: string, name: string): string | undefined {
  const profile = readCapture(captureOf("main 1"));
  const code: Profile = {
    ...profile,
    functions: [{ name, file, firstLine: 1, flags: 0 }],
  };
  return builtInRulePacks
    .flatMap(({ fold }) => fold)
    .find(({ frames }) => matchFrames(code, frames)[0] === 1)?.as;
}

const SITE = "/srv/venv/lib/python3.12/site-packages";
const LIB = "/usr/lib/python3.12";

describe("the packs that come with the program", () => {
  it.each([
    [`${LIB}/asyncio/base_events.py`, "BaseEventLoop._run_once", "asyncio"],
    [`${LIB}/selectors.py`, "EpollSelector.select", "asyncio"],
    [`${SITE}/asyncio_mqtt/client.py`, "Client.run", undefined],
    [`${SITE}/celery/app/trace.py`, "trace_task", "celery"],
    [`${SITE}/billiard/pool.py`, "Worker.workloop", "celery"],
    [`${SITE}/django/core/handlers/base.py`, "BaseHandler._get_response", "django request"],
    [`${SITE}/django/contrib/sessions/middleware.py`, "process_request", "django request"],
    [`${SITE}/django/contrib/admin/options.py`, "ModelAdmin.changelist_view", undefined],
    [`${SITE}/django/db/models/query.py`, "QuerySet.__iter__", "django orm"],
    [`${SITE}/django/template/base.py`, "Template.render", "django template"],
    [`${SITE}/gevent/hub.py`, "Hub.run", "gevent"],
    [`${SITE}/gunicorn/workers/sync.py`, "SyncWorker.run", "gunicorn"],
    ["/srv/venv/bin/gunicorn", "<module>", "gunicorn"],
    [`${SITE}/uvicorn/protocols/http/h11_impl.py`, "RequestResponseCycle.run_asgi", "uvicorn"],
    [`${LIB}/multiprocessing/popen_fork.py`, "Popen._launch", "multiprocessing"],
    [`${LIB}/concurrent/futures/process.py`, "_process_worker", "multiprocessing"],
    [`${LIB}/concurrent/futures/thread.py`, "_WorkItem.run", "threading"],
    [`${LIB}/threading.py`, "Thread._bootstrap_inner", "threading"],
    ["/usr/lib/python3.9/threading.py", "_bootstrap", "threading"],
    [`${LIB}/threading.py`, "Condition.wait", undefined],
    ["<frozen importlib._bootstrap>", "_find_and_load", "import"],
    ["/srv/shop/views.py", "index", undefined],
    ["/srv/shop/django_views.py", "index", undefined],
  ])("%s %s: %s", (file, name, rule) => {
    expect(claimedBy(file, name)).toBe(rule);
  });
});

describe("parseRulePack", () => {
  it("takes a pack", () => {
    const text = '{"name":"acme","fold":[{"as":"acme rpc","frames":["module:^acme"]}]}';
    const { name, fold } = parseRulePack(text);
    expect([name, fold[0]!.as, fold[0]!.frames[0]!.text]).toEqual([
      "acme",
      "acme rpc",
      "module:^acme",
    ]);
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "the pack is not an object"],
    ["{}", "name is not a text"],
    ['{"name":"a"}', "fold is not a list"],
    ['{"name":"a","fold":[],"roles":[{"role":"b"}]}', "roles[0] has neither command nor cgroup"],
    ['{"name":"a","fold":[],"roles":[{"role":"b","cgroup":1}]}', "roles[0].cgroup is not a text"],
    ['{"name":"a","fold":[1]}', "fold[0] is not an object"],
    ['{"name":"a","fold":[{"as":"b","frames":[2]}]}', "fold[0].frames[0] is not a text"],
    ['{"name":"a","fold":[{"as":"b","frames":["("]}]}', "not a regular expression"],
  ])("%s: %s", (text, message) => {
    expect(() => parseRulePack(text)).toThrow(message);
  });
});
