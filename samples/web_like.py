# SPDX-License-Identifier: MIT
"""A small web shop under load, without the network: the program of the README's picture.

Three worker threads take requests from a queue; the main thread makes them, in fixed proportions
and with a fixed seed. The handlers do what such programs do: route, check a signature, ask a
database, search with regular expressions, sort and add up, fill in a template, encode and compress.
Standard library only; without sqlite3 the products come from a list.

Truth: every busy stack goes through Worker.run > handle > dispatch and one of the handlers show_product,
search, sales_report and checkout; the main thread is nearly always idle in generate_load.
"""

import collections
import hashlib
import hmac
import json
import random
import re
import string
import threading
import zlib

from sample_protocol import Life, say_json

try:
    import queue
except ImportError:  # 2.7
    import Queue as queue
try:
    import sqlite3
except ImportError:
    sqlite3 = None

PRODUCTS = 300
SECRET = b"not a secret: this is a sample"
WORDS = "amber basalt cobalt dune ember fjord garnet heath iris jade kelp lichen moss".split()
PAGE = string.Template("<h1>$title</h1><p>$text</p><ul>$items</ul><small>$signature</small>")


class Catalog(object):
    """The products, read from the database again every so many requests, as a cache that expires."""

    LIFETIME = 100

    def __init__(self, rows):
        self.rows = rows
        self.uses = 0
        if sqlite3:
            # One connection a thread: that is what sqlite3 asks for.
            self.connection = sqlite3.connect(":memory:")
            self.connection.execute(
                "create table product (id integer primary key, name text, text text, price real)"
            )
            self.connection.executemany("insert into product values (?, ?, ?, ?)", rows)

    def all_products(self):
        if self.uses % self.LIFETIME == 0:
            self.refresh()
        self.uses += 1
        return self.listed

    def product(self, number):
        self.all_products()
        return self.by_number[number]

    def refresh(self):
        self.listed = self.query() if sqlite3 else sorted(self.rows, key=lambda row: row[3])
        self.by_number = dict((row[0], row) for row in self.listed)

    def query(self):
        return self.connection.execute("select * from product order by price").fetchall()


def make_products(generator):
    for number in range(PRODUCTS):
        name = " ".join(generator.sample(WORDS, 2))
        text = " ".join(generator.choice(WORDS) for _ in range(40))
        yield number, name, text, round(generator.uniform(1, 500), 2)


def sign(text):
    return hmac.new(SECRET, text.encode("utf-8"), hashlib.sha256).hexdigest()


def authenticate(request):
    # str(): JSON gives unicode on 2.7, of which compare_digest wants to know nothing.
    if not hmac.compare_digest(sign(request["user"]), str(request["signature"])):
        raise ValueError("bad signature")


def render(title, text, items):
    listed = "".join("<li>%s</li>" % escape(item) for item in items)
    return PAGE.substitute(
        title=escape(title), text=highlight(text), items=listed, signature=sign(title)
    )


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def highlight(text):
    return re.sub(r"\b(\w*(?:am|co|ju)\w*)\b", r"<b>\1</b>", text)


def show_product(catalog, request):
    _, name, text, price = catalog.product(request["product"])
    similar = [row[1] for row in catalog.all_products()[:60] if shares_word(row[1], name)]
    return render(name, "%s %.2f" % (text, price), similar)


def shares_word(one, other):
    return bool(set(one.split()) & set(other.split()))


def search(catalog, request):
    pattern = re.compile(r"(?:%s)\s+\w+\s+(?:%s)" % (request["words"][0], request["words"][1]))
    scored = []
    for _, name, text, _ in catalog.all_products():
        score = score_match(pattern, text)
        if score:
            scored.append((score, name))
    return json.dumps(sorted(scored, reverse=True)[:20])


def score_match(pattern, text):
    return sum(len(match.group()) for match in pattern.finditer(text))


def sales_report(catalog, _request):
    groups = collections.defaultdict(list)
    for _, name, _, price in catalog.all_products():
        groups[name.split()[0]].append(price)
    return json.dumps(dict((word, summarize(prices)) for word, prices in groups.items()), indent=2)


def summarize(prices):
    ordered = sorted(prices)
    mean = sum(ordered) / len(ordered)
    spread = sum((price - mean) ** 2 for price in ordered) / len(ordered)
    return {"median": ordered[len(ordered) // 2], "mean": mean, "spread": spread}


def checkout(catalog, request):
    lines = [catalog.product(number) for number in request["basket"]]
    total = sum(line[3] for line in lines)
    receipt = {"user": request["user"], "total": total, "lines": [line[1] for line in lines]}
    text = json.dumps(receipt, sort_keys=True)
    return json.dumps({"receipt": json.loads(text), "proof": prove(text)})


def prove(text):
    digest = text.encode("utf-8")
    for _ in range(200):
        digest = hashlib.sha256(digest).digest()
    return "".join("%02x" % byte for byte in bytearray(digest))


ROUTES = [
    (re.compile(r"^/product/(\d+)$"), show_product),
    (re.compile(r"^/search\?"), search),
    (re.compile(r"^/report$"), sales_report),
    (re.compile(r"^/checkout$"), checkout),
]


def dispatch(catalog, request):
    for pattern, handler in ROUTES:
        if pattern.match(request["path"]):
            return handler(catalog, request)
    raise LookupError(request["path"])


def compress(body):
    data = body.encode("utf-8")
    return zlib.compress(data, 6) if len(data) > 2500 else data


def handle(catalog, raw):
    request = json.loads(raw)
    authenticate(request)
    return compress(dispatch(catalog, request))


class Worker(threading.Thread):
    def __init__(self, number, life, requests, rows):
        threading.Thread.__init__(self, name="worker-%d" % number)
        self.daemon = True
        self.life = life
        self.requests = requests
        self.rows = rows
        self.handled = 0

    def run(self):
        catalog = Catalog(self.rows)
        while not self.life.ended:
            handle(catalog, self.requests.get())
            self.handled += 1


def make_request(generator):
    user = "user-%d" % generator.randrange(1000)
    request = {"user": user, "signature": sign(user)}
    kind = generator.choice(["product"] * 9 + ["search"] * 2 + ["report"] * 3 + ["checkout"] * 9)
    if kind == "product":
        request["product"] = generator.randrange(PRODUCTS)
        request["path"] = "/product/%d" % request["product"]
    elif kind == "search":
        request.update(path="/search?q", words=generator.sample(WORDS, 2))
    elif kind == "report":
        request["path"] = "/report"
    else:
        request.update(path="/checkout", basket=generator.sample(range(PRODUCTS), 4))
    return json.dumps(request)


def generate_load(life, requests, prepared):
    turn = 0
    while not life.over():
        try:
            requests.put(prepared[turn % len(prepared)], timeout=0.25)
            turn += 1
        except queue.Full:
            pass


def main():
    life = Life()
    generator = random.Random(1)
    rows = list(make_products(generator))
    prepared = [make_request(generator) for _ in range(500)]
    requests = queue.Queue(maxsize=64)
    workers = [Worker(number, life, requests, rows) for number in range(1, 4)]
    for worker in workers:
        worker.start()
    life.ready()
    generate_load(life, requests, prepared)
    for worker in workers:
        worker.join(1)
    say_json({"requests": sum(worker.handled for worker in workers)})


if __name__ == "__main__":
    main()
