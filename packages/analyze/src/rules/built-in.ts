// SPDX-License-Identifier: MIT
import { compileRulePack, type RulePack, type RulePackFile } from "./rule-pack.ts";

const PACKS: readonly RulePackFile[] = [
  {
    name: "asyncio",
    description: "event loops: asyncio, uvloop",
    fold: [{ as: "asyncio", frames: ["module:^(asyncio|uvloop|selectors)(\\.|$)"] }],
  },
  {
    name: "celery",
    description: "workers of Celery: celery, kombu, billiard",
    fold: [
      {
        as: "celery",
        frames: ["module:^(celery|kombu|billiard|amqp|vine)(\\.|$)", "file:/bin/celery$"],
      },
    ],
  },
  {
    name: "django",
    description: "Django around a view: requests, middleware, ORM, templates",
    fold: [
      {
        as: "django request",
        frames: [
          "module:^django\\.(core\\.(handlers|servers|management|wsgi|asgi)|utils|urls|dispatch|test)(\\.|$)",
          "module:^django\\.(middleware|contrib\\.[^.]+\\.middleware|views)(\\.|$)",
          "module:^(asgiref|whitenoise)(\\.|$)",
        ],
      },
      { as: "django orm", frames: ["module:^django\\.db(\\.|$)"] },
      { as: "django template", frames: ["module:^django\\.(template|forms)(\\.|$)"] },
    ],
  },
  {
    name: "gevent",
    description: "the loop and greenlets of gevent",
    fold: [{ as: "gevent", frames: ["module:^(gevent|greenlet|eventlet)(\\.|$)"] }],
  },
  {
    name: "gunicorn",
    description: "workers of Gunicorn and Uvicorn",
    fold: [
      { as: "gunicorn", frames: ["module:^gunicorn(\\.|$)", "file:/bin/gunicorn$"] },
      { as: "uvicorn", frames: ["module:^uvicorn(\\.|$)", "file:/bin/uvicorn$"] },
    ],
  },
  {
    name: "multiprocessing",
    description: "how multiprocessing and process pools start and feed their workers",
    fold: [
      {
        as: "multiprocessing",
        frames: ["module:^multiprocessing(\\.|$)", "module:^concurrent\\.futures\\.process$"],
      },
    ],
  },
  {
    name: "threading",
    description: "how threads and thread pools start",
    fold: [
      {
        as: "threading",
        frames: [
          "function:^(Thread\\.)?(_bootstrap|_bootstrap_inner)$|^Thread\\.run$",
          "module:^concurrent\\.futures\\.(thread|_base)$",
        ],
      },
    ],
  },
  {
    name: "importlib",
    description: "the import of modules",
    fold: [{ as: "import", frames: ["module:^importlib(\\.|$)", "module:^zipimport$"] }],
  },
];

/** The packs that come with the program, by name. */
export const builtInRulePacks: readonly RulePack[] = PACKS.map(compileRulePack);
