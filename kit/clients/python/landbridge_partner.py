#!/usr/bin/env python3
"""A partner of a Landbridge gateway over the HTTP mailbox, in plain Python: standard library and the openssl program only.

    python3 landbridge_partner.py keygen  --home HOME --party KEG
    python3 landbridge_partner.py trust   --home HOME LBG.keys.json
    python3 landbridge_partner.py run     --home HOME --party KEG --gateway LBG --url http://127.0.0.1:8080 --link keg [--test]
    python3 landbridge_partner.py send    --home HOME --party KEG --gateway LBG --url ... --link keg FILE --type cn-rail/TrainReport

`send` ends with 0: receipted and valid; 2: refused; 20: the answer is not to be believed. What was sent and not receipted goes out again, the
same octets, also after a crash.

It keeps the rules of LB-PROTO-1 and LB-PROTO-2: exact octets are verified and kept in SQLite before a receipt is given (R1), a
duplicate gets the stored receipt, questions are answered from what was stored. `understand` is where your own system comes in.
"""
import argparse, base64, hashlib, http.client, json, os, re, sqlite3, struct, subprocess, sys, tempfile, threading, time, urllib.error, urllib.parse, urllib.request, uuid
from datetime import datetime, timezone
from pathlib import Path

PROFILE = "LB-PROTO-1"
LIMITS = {"lb-message+jws": 256 * 1024, "lb-receipt+jws": 4 << 20, "lb-keys+jws": 1 << 20, "lb-keys-statement+jws": 32 * 1024, "lb-query+jws": 4096, "lb-answer+jws": 8 << 20}
MEDIA = {kind: f"application/vnd.landbridge.{kind}" + ("" if kind == "message" else "+jws") for kind in ("message", "receipt", "query", "answer", "keys")}
MAX_FRAME, MAX_PARTS, MAX_LIFE, SKEW = 64 << 20, 64, 31 * 86400, 300
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PARTY, NAME = re.compile(r"[A-Z][A-Z0-9]{1,15}"), re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


class Refused(Exception):
    """What was received must not be believed. The reason is for our own log; nobody else is told."""


class Untimely(Exception):
    """An authentic message that is late, early or of another environment: it is answered with a signed refusal."""

    def __init__(self, code, message):
        super().__init__(code)
        self.code, self.message = code, message


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Refused("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused("not base64url")
    if b64(data) != text:
        raise Refused("not canonical base64url")
    return data


def sha256(data):
    return b64(hashlib.sha256(data).digest())


def strict_json(data, depth=8):
    def pairs(members):
        if len({name for name, _ in members}) != len(members):
            raise Refused("a member twice")
        return dict(members)

    def integer(text):
        if abs(int(text)) > 2**53 - 1:
            raise Refused("a number beyond 2^53")
        return int(text)

    if nested(data) > depth:
        raise Refused("nested too deeply")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_int=integer, parse_constant=lambda _: no("no JSON number"))
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate has no octets
    except (ValueError, RecursionError):
        raise Refused("not strict JSON")
    return value


def nested(data):
    deepest = at = 0
    inside = escaped = False
    for octet in data:
        if inside:
            inside, escaped = escaped or octet != 0x22, not escaped and octet == 0x5C
        elif octet == 0x22:
            inside = True
        elif octet in b"[{":
            at += 1
            deepest = max(deepest, at)
        elif octet in b"]}":
            at -= 1
    return deepest


def no(reason):
    raise Refused(reason)


def require(condition, reason):
    if not condition:
        no(reason)


def now():
    return datetime.now(timezone.utc)


def instant(at=None):
    at = at or now()
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def seconds_of(text):
    require(isinstance(text, str) and INSTANT.fullmatch(text), "not an instant")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        no("an impossible day")


def message_id():
    value = (int(time.time() * 1000) << 80) | (0x7 << 76) | (int.from_bytes(os.urandom(2), "big") & 0xFFF) << 64 | (0b10 << 62) | int.from_bytes(os.urandom(8), "big") >> 2
    return str(uuid.UUID(int=value))


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


# --- keys -------------------------------------------------------------------------------------------------------------------

SPKI = {"ES256": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), "Ed25519": bytes.fromhex("302a300506032b6570032100")}


def thumbprint(jwk):
    members = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("crv", "kty", "x")
    return sha256(json.dumps({name: jwk[name] for name in members}, separators=(",", ":"), sort_keys=True).encode())


def public_pem(jwk):
    if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
        point = SPKI["ES256"] + unb64(jwk["x"]) + unb64(jwk["y"])
    elif jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
        point = SPKI["Ed25519"] + unb64(jwk["x"])
    else:
        no("a key of another kind")
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(point) + b"-----END PUBLIC KEY-----\n"


def raw_to_der(raw):
    def integer(part):
        part = part.lstrip(b"\0") or b"\0"
        part = (b"\0" if part[0] > 127 else b"") + part
        return b"\x02" + bytes([len(part)]) + part

    body = integer(raw[:32]) + integer(raw[32:])
    return b"\x30" + bytes([len(body)]) + body


def der_to_raw(der):
    at, parts = 2, []
    for _ in range(2):
        length = der[at + 1]
        parts.append(der[at + 2 : at + 2 + length].lstrip(b"\0").rjust(32, b"\0"))
        at += 2 + length
    return b"".join(parts)


class Keys:
    """Key documents of both sides as files in HOME, our private key as HOME/private.pem (mode 0600)."""

    def __init__(self, home):
        self.home = Path(home)
        self.lock = threading.Lock()

    def document(self, party):
        path = self.home / f"{party}.keys.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def store(self, document):
        path = self.home / f"{document['party']}.keys.json"
        temporary = path.with_suffix(".tmp")
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def generate(self, party):
        private = self.home / "private.pem"
        self.home.mkdir(parents=True, exist_ok=True)
        os.umask(0o077)
        made = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(private))
        require(made.returncode == 0, made.stderr.decode())
        point = openssl("ec", "-in", str(private), "-pubout", "-outform", "DER").stdout[len(SPKI["ES256"]) :]
        jwk = {"kty": "EC", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}
        kid = thumbprint(jwk)
        key = {**jwk, "kid": kid, "alg": "ES256", "use": "sig", "status": "active", "from": instant()}
        self.store({"profile": PROFILE, "party": party, "version": 1, "issued": instant(), "keys": [key]})
        return kid

    def resolve(self, kid, party):
        for key in (self.document(party) or {"keys": []})["keys"]:
            if key["kid"] == kid:
                require(key["status"] in ("published", "active", "retiring"), "the key does not verify now")
                at = time.time()
                require(seconds_of(key["from"]) <= at and ("until" not in key or at < seconds_of(key["until"])), "the key is not valid now")
                return key
        no("a key nobody registered")

    def accepts(self, party):
        return [key["kid"] for key in (self.document(party) or {"keys": []})["keys"] if key["status"] in ("published", "active", "retiring")]

    def sign(self, party, typ, payload):
        key = next(key for key in self.document(party)["keys"] if key["status"] == "active")
        header = {"alg": "ES256", "kid": key["kid"], "typ": typ, "iat": int(time.time())}
        signed = f"{b64(json.dumps(header, separators=(',', ':')).encode())}.{b64(payload)}".encode()
        made = openssl("dgst", "-sha256", "-sign", str(self.home / "private.pem"), data=signed)
        require(made.returncode == 0, made.stderr.decode())
        return signed + b"." + b64(der_to_raw(made.stdout)).encode()

    def verify(self, jws, typ, party):
        """Payload and time of issue of a JWS of `party`, or Refused. The key's own algorithm counts, never the header's."""
        require(len(jws) <= LIMITS[typ], "too large")
        segments = jws.decode("latin-1").split(".")
        require(len(segments) == 3 and len(segments[0]) <= 2048, "not compact")
        header, payload, signature = strict_json(unb64(segments[0]), 4), unb64(segments[1]), unb64(segments[2])
        require(isinstance(header, dict) and set(header) == {"alg", "kid", "typ", "iat"}, "header members")
        require(header["typ"] == typ and type(header["iat"]) is int and header["iat"] >= 0, "header values")
        require(isinstance(header["kid"], str) and re.fullmatch(r"[A-Za-z0-9_-]{43}", header["kid"]), "kid is no thumbprint")
        key = self.resolve(header["kid"], party)
        require(header["alg"] == key["alg"] and len(signature) == 64, "another algorithm than the key's")
        with tempfile.TemporaryDirectory() as folder:
            files = {name: os.path.join(folder, name) for name in ("key", "input", "signature")}
            contents = {"key": public_pem(key), "input": jws[: jws.rindex(b".")], "signature": raw_to_der(signature) if key["alg"] == "ES256" else signature}
            for name, content in contents.items():
                Path(files[name]).write_bytes(content)
            if key["alg"] == "ES256":
                said = openssl("dgst", "-sha256", "-verify", files["key"], "-signature", files["signature"], files["input"])
            else:
                said = openssl("pkeyutl", "-verify", "-pubin", "-inkey", files["key"], "-rawin", "-in", files["input"], "-sigfile", files["signature"])
        require(said.returncode == 0, "the signature does not verify")
        return payload, header["iat"]

    def take_document(self, jws, party):
        """The next version of the other side's keys: signed by a key good now, every known key kept, no step back."""
        payload, _ = self.verify(jws, "lb-keys+jws", party)
        document, known = strict_json(payload, 6), self.document(party)
        order = ["pending", "published", "active", "retiring", "retired", "compromised"]
        require(document.get("profile") == PROFILE and document.get("party") == party and document["version"] > known["version"], "not a newer document of this party")
        listed = {key["kid"]: key for key in document["keys"]}
        for key in known["keys"]:
            require(key["kid"] in listed and order.index(listed[key["kid"]]["status"]) >= order.index(key["status"]), "a key was lost or taken back")
        for key in document["keys"]:
            require(thumbprint(key) == key["kid"], "kid is not the thumbprint")
        self.store(document)


# --- messages ---------------------------------------------------------------------------------------------------------------


def decode_frame(body):
    require(11 <= len(body) <= MAX_FRAME and body[:5] == b"LBMF\x01", "frame")
    count, length = struct.unpack(">HI", body[5:11])
    require(count <= MAX_PARTS and length <= LIMITS["lb-message+jws"] and 11 + length <= len(body), "frame")
    jws, at, parts = body[11 : 11 + length], 11 + length, []
    for _ in range(count):
        require(at < len(body), "frame")
        size = body[at]
        require(1 <= size <= 64 and at + 5 + size <= len(body), "frame")
        name = body[at + 1 : at + 1 + size].decode("latin-1")
        (octets,) = struct.unpack(">I", body[at + 1 + size : at + 5 + size])
        at += 5 + size
        require(NAME.fullmatch(name) and at + octets <= len(body), "frame")
        parts.append((name, body[at : at + octets]))
        at += octets
    require(at == len(body), "frame")
    return jws, parts


def encode_frame(jws, parts):
    frame = [b"LBMF\x01", struct.pack(">HI", len(parts), len(jws)), jws]
    for name, content in parts:
        frame += [bytes([len(name)]), name.encode(), struct.pack(">I", len(content)), content]
    return b"".join(frame)


REQUIRED = {"profile", "messageId", "conversationId", "from", "to", "messageType", "created", "notAfter", "priority", "test", "link", "businessKeys", "parts"}
OPTIONAL = {"refTo", "translatedFrom", "superseded"}


def text(value, most):
    return isinstance(value, str) and 1 <= len(value) <= most


def parse_manifest(payload):
    manifest = strict_json(payload, 8)
    require(isinstance(manifest, dict) and REQUIRED <= set(manifest) <= REQUIRED | OPTIONAL, "manifest members")
    require(manifest["profile"] == PROFILE and isinstance(manifest["messageId"], str) and UUID7.fullmatch(manifest["messageId"]), "manifest identity")
    require("refTo" not in manifest or (isinstance(manifest["refTo"], str) and UUID7.fullmatch(manifest["refTo"])), "refTo")
    require(text(manifest["conversationId"], 64) and manifest["priority"] in ("A", "B", "C") and type(manifest["test"]) is bool, "manifest values")
    for end in ("from", "to"):
        party = manifest[end]
        require(isinstance(party, dict) and {"party"} <= set(party) <= {"party", "endpoint"} and isinstance(party["party"], str) and PARTY.fullmatch(party["party"]), "party")
    kind, link = manifest["messageType"], manifest["link"]
    require(isinstance(kind, dict) and set(kind) == {"type", "version"} and text(kind["type"], 100) and text(kind["version"], 40), "messageType")
    require(isinstance(link, dict) and {"sequence"} <= set(link) <= {"sequence", "previous"} and type(link["sequence"]) is int and link["sequence"] > 0, "link")
    require((link["sequence"] == 1) == ("previous" not in link) and ("previous" not in link or DIGEST.fullmatch(link["previous"])), "link")
    require(manifest.get("superseded", True) is True and isinstance(manifest["businessKeys"], list) and len(manifest["businessKeys"]) <= 1000, "manifest values")
    for key in manifest["businessKeys"]:
        require(isinstance(key, dict) and set(key) == {"type", "value"} and text(key["type"], 40) and text(key["value"], 200), "business key")
    require(0 <= seconds_of(manifest["notAfter"]) - seconds_of(manifest["created"]) <= MAX_LIFE, "lifetime")
    parts = manifest["parts"]
    require(isinstance(parts, list) and 1 <= len(parts) <= MAX_PARTS, "parts")
    members = {"name", "mediaType", "byteLength", "digestAlgorithm", "digest"}
    for part in parts:
        require(isinstance(part, dict) and members <= set(part) <= members | {"charset"} and isinstance(part["name"], str) and NAME.fullmatch(part["name"]), "part")
        require(text(part["mediaType"], 127) and MEDIA_TYPE.fullmatch(part["mediaType"]) and type(part["byteLength"]) is int, "part")
        require(part["digestAlgorithm"] == "sha-256" and isinstance(part["digest"], str) and DIGEST.fullmatch(part["digest"]), "part")
    require(len({part["name"] for part in parts}) == len(parts), "a part name twice")
    return manifest


# Which status each set of levels may carry (LB-PROTO-1 §5): stored, technically judged, the business answer.
STATUSES = {"R1": ("stored",), "R2": ("valid", "refused"), "R1+R2": ("valid", "refused"), "R3": ("accepted", "refused", "released", "held", "inspection", "cancelled")}


class Partner:
    def __init__(self, home, party, gateway, url, link, test):
        self.keys, self.party, self.gateway, self.url, self.link, self.test = Keys(home), party, gateway, url.rstrip("/"), link, test
        self.store = sqlite3.connect(Path(home) / "exchange.sqlite", isolation_level=None)
        self.store.execute("PRAGMA synchronous=FULL")
        self.store.execute("CREATE TABLE IF NOT EXISTS received (id TEXT PRIMARY KEY, digest TEXT NOT NULL, frame BLOB NOT NULL, receipt BLOB NOT NULL)")
        self.store.execute("CREATE TABLE IF NOT EXISTS sent (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, digest TEXT NOT NULL, frame BLOB NOT NULL, receipt BLOB)")

    # Your system: return a list of errors [{code, severity, pointer, message}], empty for a document you take.
    def understand(self, manifest, parts):
        name, content = parts[0]
        try:
            if manifest["parts"][0]["mediaType"] == "application/json":
                strict_json(content, 64)
            elif manifest["parts"][0]["mediaType"] == "application/xml":
                return [{"code": "FORMAT_UNKNOWN", "severity": "error", "pointer": "/", "message": "This example reads JSON only."}]
        except Refused:
            return [{"code": "JSON_MALFORMED", "severity": "error", "pointer": "/", "message": "The document is not strict JSON."}]
        return []

    def open(self, body):
        """Order of LB-PROTO-1 §4. Refused: not believed. Untimely: authentic, answered with a refusal."""
        jws, parts = decode_frame(body)
        payload, issued = self.keys.verify(jws, "lb-message+jws", self.gateway)
        manifest = parse_manifest(payload)
        require(manifest["from"]["party"] == self.gateway and manifest["to"]["party"] == self.party, "parties")
        require([name for name, _ in parts] == [part["name"] for part in manifest["parts"]] or sorted(name for name, _ in parts) == sorted(part["name"] for part in manifest["parts"]), "parts")
        by_name = dict(parts)
        require(len(by_name) == len(parts), "a part twice")
        for part in manifest["parts"]:
            content = by_name.get(part["name"], b"")
            require(len(content) == part["byteLength"] and sha256(content) == part["digest"], "a part is altered")
        return jws, payload, manifest, [(part["name"], by_name[part["name"]]) for part in manifest["parts"]], self.untimely(manifest, issued)

    def untimely(self, manifest, issued):
        at = time.time()
        if manifest["test"] != self.test:
            return "TEST_PRODUCTION_MIXED"
        if at > seconds_of(manifest["notAfter"]):
            return "MESSAGE_EXPIRED"
        return "CLOCK_SKEW" if issued > at + SKEW or seconds_of(manifest["created"]) > at + SKEW else None

    def take_message(self, body):
        jws, payload, manifest, parts, late = self.open(body)
        digest = sha256(payload)
        known = self.store.execute("SELECT digest, receipt FROM received WHERE id = ?", (manifest["messageId"],)).fetchone()
        if known:
            require(known[0] == digest, "the id was used before with other content")
            return self.post("receipt", known[1], True)
        issues = [{"code": late, "severity": "error", "pointer": "/manifest", "message": "Not at this time or on this link."}] if late else self.understand(manifest, parts)
        receipt = self.receipt(manifest, digest, sha256(jws), issues)
        # Durable before anything says so: R1 is a promise.
        self.store.execute("INSERT INTO received VALUES (?, ?, ?, ?)", (manifest["messageId"], digest, body, receipt))
        self.post("receipt", receipt)

    def receipt(self, manifest, digest, jws_digest, issues):
        refused = any(issue["severity"] == "error" for issue in issues)
        about = {"messageId": manifest["messageId"], "from": manifest["from"]["party"], "to": self.party, "jwsDigest": jws_digest, "manifestDigest": digest}
        parts = [{"name": part["name"], "algorithm": "sha-256", "digest": part["digest"]} for part in manifest["parts"]]
        receipt = {"profile": PROFILE, "receiptId": message_id(), "levels": ["R1", "R2"], "about": about, "parts": parts, "status": "refused" if refused else "valid"}
        receipt.update({"issueCount": len(issues), "issues": issues, "issuer": self.party, "issued": instant()})
        return self.sign("lb-receipt+jws", receipt)

    def sign(self, typ, value):
        return self.keys.sign(self.party, typ, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def take_query(self, body):
        payload, issued = self.keys.verify(body, "lb-query+jws", self.gateway)
        query = strict_json(payload, 4)
        require(isinstance(query, dict) and set(query) == {"profile", "queryId", "from", "to", "about", "asked"} and query["profile"] == PROFILE, "question")
        require(query["from"] == self.gateway and query["to"] == self.party and UUID7.fullmatch(query["queryId"]) and issued <= time.time() + SKEW, "question")
        held = self.store.execute("SELECT receipt FROM received WHERE id = ? AND digest = ?", (query["about"]["messageId"], query["about"]["manifestDigest"])).fetchone()
        answer = {"profile": PROFILE, "queryId": query["queryId"], "queryDigest": sha256(body), "from": self.party, "to": self.gateway, "about": query["about"]}
        answer.update({"have": held is not None, "receipts": [held[0].decode()] if held else [], "answered": instant()})
        self.post("answer", self.sign("lb-answer+jws", answer))

    def take_keys(self, body):
        typ = json.loads(unb64(body.split(b".")[0].decode())).get("typ")
        ask = None
        if typ == "lb-keys+jws":
            self.keys.take_document(body, self.gateway)
        else:
            statement = strict_json(self.keys.verify(body, "lb-keys-statement+jws", self.gateway)[0], 3)
            require(statement.get("from") == self.gateway and statement.get("to") == self.party, "statement")
            ask = statement.get("ask")
            if ask is None:
                return
        known = self.keys.document(self.gateway)
        said = {"profile": PROFILE, "id": message_id(), "from": self.party, "to": self.gateway, "version": known["version"], "accepts": self.keys.accepts(self.gateway)}
        self.post("keys", self.sign("lb-keys-statement+jws", {**said, **({"answer": ask, "software": "landbridge-partner-python 1"} if ask else {}), "issued": instant()}))

    def take(self, kind, body):
        try:
            return {"message": self.take_message, "query": self.take_query, "keys": self.take_keys, "receipt": self.take_receipt}.get(kind, lambda _: None)(body)
        except (Refused, KeyError, TypeError, ValueError, AttributeError) as error:
            print(f"not believed ({kind}): {error}", file=sys.stderr)
            return None

    def take_receipt(self, body):
        """A receipt settles a message of ours only when everything in it is what was sent (LB-PROTO-1 §5)."""
        receipt = strict_json(self.keys.verify(body, "lb-receipt+jws", self.gateway)[0], 8)
        row = self.store.execute("SELECT digest, frame FROM sent WHERE id = ?", (receipt["about"]["messageId"],)).fetchone()
        require(row is not None and receipt["issuer"] == self.gateway, "a receipt about nothing we sent")
        jws, parts = decode_frame(row[1])
        about = {"messageId": receipt["about"]["messageId"], "from": self.party, "to": self.gateway, "jwsDigest": sha256(jws), "manifestDigest": row[0]}
        pairs = sorted((part["name"], part["algorithm"], part["digest"]) for part in receipt["parts"])
        require(receipt["about"] == about and pairs == sorted((name, "sha-256", sha256(content)) for name, content in parts), "a receipt about other octets")
        levels, errors = "+".join(receipt["levels"]), any(issue["severity"] == "error" for issue in receipt["issues"])
        require(receipt["profile"] == PROFILE and receipt["status"] in STATUSES.get(levels, ()), "levels and status do not belong together")
        require("R2" not in levels or errors == (receipt["status"] == "refused"), "refused with errors, valid without")
        # R1 alone says that it is stored; what it is worth is still owed.
        if levels != "R1":
            self.store.execute("UPDATE sent SET receipt = ? WHERE id = ?", (body, about["messageId"]))
        print(f"{about['messageId']}: {levels} {receipt['status']}", *[f"  {issue['code']} {issue['pointer']}" for issue in receipt["issues"]], sep="\n", flush=True)
        return receipt["status"]

    # --- transport --------------------------------------------------------------------------------------------------------

    def request(self, method, path, body=None, content_type=None, headers=None, timeout=90):
        call = urllib.request.Request(self.url + path, data=body, method=method, headers={**(headers or {}), **({"Content-Type": content_type} if content_type else {})})
        try:
            with urllib.request.urlopen(call, timeout=timeout) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def post(self, kind, body, duplicate=False):
        """Again and again, the same bytes, until they are taken or refused for good."""
        while True:
            try:
                status, headers, answer = self.request("POST", f"/links/{self.link}/messages", body, MEDIA[kind], {"Landbridge-Possible-Duplicate": "true"} if duplicate else {})
            except (OSError, http.client.HTTPException) as error:
                print(f"in doubt, once more: {error}", file=sys.stderr)
                status, duplicate = 503, True
            if status in (429, 503):
                time.sleep(1)
                continue
            if status in (200, 202, 422) and kind == "message":
                return status, self.take("receipt", answer)
            return status, None

    def token(self, method, path):
        at = int(time.time())
        claims = {"profile": PROFILE, "sub": self.party, "aud": self.gateway, "exp": at + 60, "jti": b64(os.urandom(16)), "method": method, "path": path}
        return {"Authorization": "Bearer " + self.sign("lb-mailbox+jws", claims).decode()}

    def poll(self, after, wait=30):
        path = f"/links/{self.link}/mailbox?" + urllib.parse.urlencode({"wait": wait, "limit": 50, **({"after": after} if after else {})})
        status, headers, body = self.request("GET", path, headers=self.token("GET", path))
        require(status in (200, 204), f"the mailbox answered {status}")
        return parts_of(headers["Content-Type"], body) if status == 200 else []

    def acknowledge(self, ids):
        path = f"/links/{self.link}/mailbox/acknowledge"
        self.request("POST", path, json.dumps({"messageIds": ids}).encode(), "application/json", self.token("POST", path))

    def resend(self):
        """What a crash left without a receipt: the same bytes, in order, flagged. What has had its time is for a person."""
        for (frame,) in self.store.execute("SELECT frame FROM sent WHERE receipt IS NULL ORDER BY sequence").fetchall():
            manifest = json.loads(unb64(decode_frame(frame)[0].decode().split(".")[1]))
            if seconds_of(manifest["notAfter"]) > time.time():
                self.post("message", frame, True)

    def run(self):
        self.resend()
        after = None
        while True:
            try:
                for item in self.poll(after):
                    self.take(item["kind"], item["body"])
                    if item["kind"] != "message":
                        self.acknowledge([item["id"]])
                    after = item["position"]
            except (OSError, http.client.HTTPException, Refused, ValueError) as error:
                print(f"once more from the beginning: {error}", file=sys.stderr)
                after = None
                time.sleep(1)

    def send(self, file, kind):
        content = Path(file).read_bytes()
        self.resend()
        row = self.store.execute("SELECT sequence, digest FROM sent ORDER BY sequence DESC LIMIT 1").fetchone() or (0, None)
        identity, at = message_id(), time.time()
        media = "application/json" if content.lstrip()[:1] == b"{" else "application/xml" if content.lstrip()[:1] == b"<" else "application/edifact"
        part = {"name": "document", "mediaType": media, "byteLength": len(content), "digestAlgorithm": "sha-256", "digest": sha256(content)}
        link = {"sequence": row[0] + 1, **({"previous": row[1]} if row[1] else {})}
        manifest = {"profile": PROFILE, "messageId": identity, "conversationId": identity, "from": {"party": self.party}, "to": {"party": self.gateway}, "messageType": {"type": kind, "version": "1"}}
        manifest.update({"created": instant(), "notAfter": instant(datetime.fromtimestamp(at + 72 * 3600, timezone.utc)), "priority": "B", "test": self.test, "link": link, "businessKeys": [], "parts": [part]})
        payload = json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode()
        frame = encode_frame(self.keys.sign(self.party, "lb-message+jws", payload), [("document", content)])
        self.store.execute("INSERT INTO sent VALUES (?, ?, ?, ?, NULL)", (link["sequence"], identity, sha256(payload), frame))
        status, verdict = self.post("message", frame)
        return 2 if status not in (200, 202) or verdict == "refused" else 0 if verdict else 20


def parts_of(content_type, body):
    """The items of a mailbox answer (RFC 2046); each part tells its length, so nobody searches in payloads."""
    boundary = b"--" + re.fullmatch(r'multipart/mixed;\s*boundary="?([^";]+)"?', content_type)[1].encode()
    kinds, items, at = {media: kind for kind, media in MEDIA.items()}, [], 0
    while body[at + len(boundary) : at + len(boundary) + 2] != b"--":
        end = body.index(b"\r\n\r\n", at)
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in body[at + len(boundary) + 2 : end].decode("latin-1").split("\r\n"))}
        length = int(fields["content-length"])
        unquote = urllib.parse.unquote
        items.append({"kind": kinds.get(fields["content-type"], "other"), "id": unquote(fields["landbridge-message-id"]), "position": unquote(fields["landbridge-position"]), "body": body[end + 4 : end + 4 + length]})
        at = end + 4 + length + 2
    return items


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=["keygen", "trust", "run", "send"])
    parser.add_argument("file", nargs="?")
    for option in ("--home", "--party", "--gateway", "--url", "--link", "--type"):
        parser.add_argument(option)
    parser.add_argument("--test", action="store_true")
    options = parser.parse_intermixed_args()
    if options.command == "keygen":
        print(Keys(options.home).generate(options.party))
    elif options.command == "trust":
        document = json.loads(Path(options.file).read_text("utf-8"))
        for key in document["keys"]:
            require(thumbprint(key) == key["kid"], "kid is not the thumbprint")
            print(f"compare by telephone: {document['party']} {key['kid']}")
        Keys(options.home).store(document)
    else:
        partner = Partner(options.home, options.party, options.gateway, options.url, options.link, options.test)
        sys.exit(partner.send(options.file, options.type or "canonical/json")) if options.command == "send" else partner.run()


if __name__ == "__main__":
    main()
