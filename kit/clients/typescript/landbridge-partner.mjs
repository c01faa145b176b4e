#!/usr/bin/env node
/**
 * A partner of a Landbridge gateway over the HTTP mailbox, in one file: Node 20 or later, nothing to install.
 *
 *     node landbridge-partner.mjs keygen --home HOME --party KEG [--alg Ed25519]
 *     node landbridge-partner.mjs trust  --home HOME LBG.keys.json
 *     node landbridge-partner.mjs run    --home HOME --party KEG --gateway LBG --url http://127.0.0.1:8080 --link keg [--test]
 *     node landbridge-partner.mjs send   --home HOME --party KEG --gateway LBG --url ... --link keg FILE --type cn-rail/TrainReport
 *
 * It keeps LB-PROTO-1 and LB-PROTO-2: exact octets are verified and on disk before a receipt is given (R1), a duplicate gets the stored
 * receipt, questions are answered from what was stored, what was sent and not receipted goes out again, the same octets, also after a crash.
 * `understand` is where your own system comes in. `send` ends with 0: receipted and valid; 2: refused; 20: the answer is not to be believed.
 * The .mjs beside this file is the same without its types.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync, } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
const PROFILE = 'LB-PROTO-1';
const LIMITS = {
    'lb-message+jws': 256 * 1024,
    'lb-receipt+jws': 4 << 20,
    'lb-keys+jws': 1 << 20,
    'lb-keys-statement+jws': 32 * 1024,
    'lb-query+jws': 4096,
};
const KINDS = ['message', 'receipt', 'query', 'answer', 'keys'];
const mediaOf = (kind) => `application/vnd.landbridge.${kind}${kind === 'message' ? '' : '+jws'}`;
const [MAX_FRAME, MAX_PARTS, MAX_LIFE, SKEW] = [64 << 20, 64, 31 * 86_400, 300];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const PARTY = /^[A-Z][A-Z0-9]{1,15}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/;
/** What was received must not be believed. The reason is for our own log; nobody else is told. */
class Refused extends Error {
}
function require(condition, reason) {
    if (!condition)
        throw new Refused(reason);
}
const b64 = (data) => Buffer.from(data).toString('base64url');
function unb64(text) {
    const data = Buffer.from(text, 'base64url');
    require(b64(data) === text, 'not canonical base64url');
    return data;
}
const sha256 = (data) => createHash('sha256').update(data).digest('base64url');
const compact = (value) => Buffer.from(JSON.stringify(value));
const now = () => Date.now() / 1000;
const instant = (at = Date.now()) => new Date(at).toISOString();
function secondsOf(text) {
    require(typeof text === 'string' && INSTANT.test(text), 'not an instant');
    const at = Date.parse(text);
    require(!Number.isNaN(at) && instant(at) === text, 'an impossible day');
    return at / 1000;
}
function messageId() {
    const octets = Buffer.concat([Buffer.alloc(6), randomBytes(10)]);
    octets.writeUIntBE(Date.now(), 0, 6);
    octets[6] = 0x70 | (octets[6] & 0x0f);
    octets[8] = 0x80 | (octets[8] & 0x3f);
    return octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
/** JSON without a member twice, numbers beyond 2^53, lone surrogates or more than `depth` levels. */
function strictJson(data, depth) {
    let text;
    try {
        text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
        JSON.parse(text);
    }
    catch {
        throw new Refused('not JSON in UTF-8');
    }
    const open = [];
    let member;
    // The text is JSON: what is left to look at are the names of objects, numbers, strings and depth.
    for (let at = 0; at < text.length;) {
        const character = text[at];
        if (character === '"') {
            const end = endOfString(text, at);
            member = JSON.parse(text.slice(at, end));
            require(!/\p{Surrogate}/u.test(member), 'a lone surrogate');
            at = end;
            continue;
        }
        if (character === ':') {
            const names = open.at(-1);
            require(!names.has(member), 'a member twice');
            names.add(member);
        }
        else if (character === '{' || character === '[') {
            open.push(character === '{' ? new Set() : undefined);
            require(open.length <= depth, 'nested too deeply');
        }
        else if (character === '}' || character === ']')
            open.pop();
        else if (/[-0-9]/.test(character)) {
            const number = /^-?[0-9.eE+-]+/.exec(text.slice(at, at + 400))[0];
            require(!/^-?\d+$/.test(number) || Number.isSafeInteger(Number(number)), 'a number beyond 2^53');
            at += number.length;
            continue;
        }
        at += 1;
    }
    return JSON.parse(text);
}
/** Behind the closing quote of the string that begins at `at`. */
function endOfString(text, at) {
    for (let end = text.indexOf('"', at + 1);; end = text.indexOf('"', end + 1)) {
        let escapes = 0;
        while (text[end - 1 - escapes] === '\\')
            escapes += 1;
        if (escapes % 2 === 0)
            return end + 1;
    }
}
function fields(data, depth) {
    const value = strictJson(data, depth);
    require(typeof value === 'object' && value !== null && !Array.isArray(value), 'no object');
    return value;
}
function members(value, required, optional = []) {
    if (typeof value !== 'object' || value === null)
        return false;
    const names = Object.keys(value);
    return required.every((name) => names.includes(name)) && names.every((name) => required.includes(name) || optional.includes(name));
}
const text = (value, most) => typeof value === 'string' && value.length > 0 && value.length <= most;
const matches = (value, pattern) => typeof value === 'string' && pattern.test(value);
/** A file that is there whole or not at all, and outlives a crash. With `fresh`, false where it is there already. */
function store(path, data, fresh = false) {
    const temporary = `${path}.${process.pid}.part`;
    const file = openSync(temporary, 'w', 0o600);
    for (let at = 0; at < data.length;)
        at += writeSync(file, data, at);
    fsyncSync(file);
    closeSync(file);
    try {
        if (fresh)
            linkSync(temporary, path);
        else
            renameSync(temporary, path);
    }
    catch (error) {
        if (error.code === 'EEXIST')
            return false;
        throw error;
    }
    finally {
        rmSync(temporary, { force: true });
    }
    const folder = openSync(join(path, '..'), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return true;
}
// --- keys ------------------------------------------------------------------------------------------------------------------
const VERIFYING = ['published', 'active', 'retiring'];
const ORDER = ['pending', 'published', 'active', 'retiring', 'retired', 'compromised'];
const thumbprint = ({ crv, kty, x, y }) => sha256(compact(kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }));
/** Key documents of both sides as files in HOME, our private key as HOME/private.pem (mode 0600). */
class Keys {
    home;
    constructor(home) {
        this.home = home;
        mkdirSync(home, { recursive: true, mode: 0o700 });
    }
    document(party) {
        const path = join(this.home, `${party}.keys.json`);
        return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
    }
    save(document) {
        require(matches(document['party'], PARTY), 'party');
        store(join(this.home, `${document['party']}.keys.json`), Buffer.from(JSON.stringify(document, null, 1)));
    }
    generate(party, alg) {
        require(alg === 'ES256' || alg === 'Ed25519', '--alg is ES256 or Ed25519');
        require(!existsSync(join(this.home, 'private.pem')), 'There is a key already.');
        const { privateKey, publicKey } = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
        store(join(this.home, 'private.pem'), Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
        const jwk = publicKey.export({ format: 'jwk' });
        const kid = thumbprint(jwk);
        const key = { ...jwk, kid, alg, use: 'sig', status: 'active', from: instant() };
        this.save({ profile: PROFILE, party, version: 1, issued: instant(), keys: [key] });
        return kid;
    }
    accepts = (party) => this.#keysOf(party).flatMap(({ kid, status }) => (VERIFYING.includes(status) ? [kid] : []));
    #keysOf(party) {
        return (this.document(party)?.['keys'] ?? []);
    }
    sign(party, typ, payload) {
        const key = this.#keysOf(party).find(({ status }) => status === 'active');
        require(key, 'We have no key: keygen makes one.');
        const header = { alg: key['alg'], kid: key['kid'], typ, iat: Math.floor(now()) };
        const signed = `${b64(compact(header))}.${b64(payload)}`;
        const privateKey = createPrivateKey(readFileSync(join(this.home, 'private.pem')));
        const signature = sign(key['alg'] === 'ES256' ? 'sha256' : null, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
        return Buffer.from(`${signed}.${b64(signature)}`);
    }
    /** Payload and time of issue of a JWS of `party`, or Refused. The key's own algorithm counts, never the header's. */
    verify(jws, typ, party) {
        require(jws.length <= LIMITS[typ], 'too large');
        const segments = jws.toString('latin1').split('.');
        require(segments.length === 3 && segments[0].length <= 2048, 'not compact');
        const [head, payload, signature] = segments.map(unb64);
        const header = fields(head, 4);
        require(members(header, ['alg', 'kid', 'typ', 'iat']) && header['typ'] === typ, 'header members');
        require(Number.isSafeInteger(header['iat']) && header['iat'] >= 0 && matches(header['kid'], DIGEST), 'header values');
        const key = this.#keysOf(party).find(({ kid }) => kid === header['kid']);
        require(key && VERIFYING.includes(key['status']), 'no key that verifies now');
        require(secondsOf(key['from']) <= now() && (key['until'] === undefined || now() < secondsOf(key['until'])), 'not at this time');
        require(header['alg'] === key['alg'] && signature.length === 64, 'another algorithm than the key’s');
        const { kty, crv, x, y } = key;
        const publicKey = createPublicKey({ key: { kty, crv, x, ...(y ? { y } : {}) }, format: 'jwk' });
        const signed = jws.subarray(0, jws.lastIndexOf('.'));
        const right = verify(key['alg'] === 'ES256' ? 'sha256' : null, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
        require(right, 'the signature does not verify');
        return { payload, issued: header['iat'] };
    }
    /** The next version of the other side's keys: signed by a key good now, every known key kept, no step back. */
    takeDocument(jws, party) {
        const document = fields(this.verify(jws, 'lb-keys+jws', party).payload, 6);
        const known = this.document(party);
        const newer = document['profile'] === PROFILE && document['party'] === party && document['version'] > known['version'];
        require(newer && Array.isArray(document['keys']), 'not a newer document of this party');
        for (const key of document['keys'])
            require(thumbprint(key) === key['kid'] && ORDER.includes(key['status']), 'key');
        for (const key of known['keys']) {
            const next = document['keys'].find(({ kid }) => kid === key['kid']);
            require(next && ORDER.indexOf(next['status']) >= ORDER.indexOf(key['status']), 'a key was lost or taken back');
        }
        this.save(document);
    }
}
function decodeFrame(body) {
    require(body.length >= 11 && body.length <= MAX_FRAME && body.subarray(0, 5).equals(Buffer.from('LBMF\x01')), 'frame');
    const [count, length] = [body.readUInt16BE(5), body.readUInt32BE(7)];
    require(count <= MAX_PARTS && length <= LIMITS['lb-message+jws'] && 11 + length <= body.length, 'frame');
    const parts = [];
    let at = 11 + length;
    for (let i = 0; i < count; i++) {
        const size = body[at] ?? 0;
        require(size >= 1 && size <= 64 && at + 5 + size <= body.length, 'frame');
        const name = body.toString('latin1', at + 1, at + 1 + size);
        const octets = body.readUInt32BE(at + 1 + size);
        at += 5 + size;
        require(NAME.test(name) && at + octets <= body.length, 'frame');
        parts.push({ name, content: body.subarray(at, at + octets) });
        at += octets;
    }
    require(at === body.length, 'frame');
    return { jws: body.subarray(11, 11 + length), parts };
}
function encodeFrame(jws, parts) {
    const head = Buffer.from('LBMF\x01\0\0\0\0\0\0', 'latin1');
    head.writeUInt16BE(parts.length, 5);
    head.writeUInt32BE(jws.length, 7);
    const rest = parts.flatMap(({ name, content }) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(content.length);
        return [Buffer.from([name.length]), Buffer.from(name), length, content];
    });
    return Buffer.concat([head, jws, ...rest]);
}
const REQUIRED = 'profile messageId conversationId from to messageType created notAfter priority test link businessKeys parts'.split(' ');
const PART = ['name', 'mediaType', 'byteLength', 'digestAlgorithm', 'digest'];
function parseManifest(payload) {
    const manifest = fields(payload, 8);
    const { messageType: type, link, parts, businessKeys } = manifest;
    require(members(manifest, REQUIRED, ['refTo', 'translatedFrom', 'superseded']) && manifest['profile'] === PROFILE, 'manifest members');
    require(matches(manifest['messageId'], UUID7) && (manifest['refTo'] === undefined || matches(manifest['refTo'], UUID7)), 'ids');
    require(text(manifest['conversationId'], 64) && /^[ABC]$/.test(manifest['priority']) && typeof manifest['test'] === 'boolean', 'values');
    for (const end of [manifest['from'], manifest['to']])
        require(members(end, ['party'], ['endpoint']) && matches(end.party, PARTY), 'party');
    require(members(type, ['type', 'version']) && text(type.type, 100) && text(type.version, 40), 'messageType');
    require(members(link, ['sequence'], ['previous']) && Number.isSafeInteger(link.sequence) && link.sequence > 0, 'link');
    require(link.sequence === 1 ? link.previous === undefined : matches(link.previous, DIGEST), 'link');
    require((manifest['superseded'] ?? true) === true && Array.isArray(businessKeys) && businessKeys.length <= 1000, 'values');
    for (const key of businessKeys)
        require(members(key, ['type', 'value']) && text(key['type'], 40) && text(key['value'], 200), 'business key');
    const life = secondsOf(manifest['notAfter']) - secondsOf(manifest['created']);
    require(life >= 0 && life <= MAX_LIFE && Array.isArray(parts) && parts.length >= 1 && parts.length <= MAX_PARTS, 'lifetime or parts');
    for (const part of parts) {
        require(members(part, PART, ['charset']) && matches(part['name'], NAME) && matches(part['mediaType'], MEDIA_TYPE), 'part');
        require(part['mediaType'].length <= 127 && Number.isSafeInteger(part['byteLength']), 'part');
        require(part['digestAlgorithm'] === 'sha-256' && matches(part['digest'], DIGEST), 'part');
    }
    require(new Set(parts.map(({ name }) => name)).size === parts.length, 'a part name twice');
    return manifest;
}
const error = (code, pointer, message) => ({ code, severity: 'error', pointer, message });
/** Your system: what is wrong with a document; empty for one you take. */
function understand(manifest, parts) {
    const media = manifest['parts'][0].mediaType;
    if (media === 'application/xml')
        return [error('FORMAT_UNKNOWN', '/', 'This example reads JSON only.')];
    if (media !== 'application/json')
        return [];
    try {
        strictJson(parts[0].content, 64);
        return [];
    }
    catch {
        return [error('JSON_MALFORMED', '/', 'The document is not strict JSON.')];
    }
}
/** Which status each set of levels may carry (LB-PROTO-1 §5): stored, technically judged, the business answer. */
const STATUSES = {
    R1: /^stored$/,
    R2: /^(valid|refused)$/,
    'R1+R2': /^(valid|refused)$/,
    R3: /^(accepted|refused|released|held|inspection|cancelled)$/,
};
class Partner {
    #keys;
    #received;
    #sent;
    #index = new Map();
    options;
    constructor(options) {
        this.options = options;
        this.#keys = new Keys(options.home);
        [this.#received, this.#sent] = [join(options.home, 'received'), join(options.home, 'sent')];
        for (const folder of [this.#received, this.#sent])
            mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    #sign(typ, value) {
        return this.#keys.sign(this.options.party, typ, compact(value));
    }
    // --- what comes ---------------------------------------------------------------------------------------------------------
    /** Order of LB-PROTO-1 §4. What cannot be believed throws; what is authentic and untimely is answered with a refusal. */
    async #takeMessage(body) {
        const { party, gateway, test } = this.options;
        const { jws, parts } = decodeFrame(body);
        const { payload, issued } = this.#keys.verify(jws, 'lb-message+jws', gateway);
        const manifest = parseManifest(payload);
        require(manifest['from'].party === gateway && manifest['to'].party === party, 'parties');
        const listed = manifest['parts'];
        require(parts.length === listed.length && new Set(parts.map(({ name }) => name)).size === parts.length, 'parts');
        const ordered = listed.map(({ name, byteLength, digest }) => {
            const part = parts.find((one) => one.name === name);
            require(part && part.content.length === byteLength && sha256(part.content) === digest, 'a part is missing or altered');
            return part;
        });
        const manifestDigest = sha256(payload);
        const kept = this.#receiptOf(manifest['messageId']);
        if (kept) {
            require(kept.manifestDigest === manifestDigest, 'the id was used before with other content');
            await this.#post('receipt', kept.jws, true);
            return;
        }
        const ahead = issued > now() + SKEW || secondsOf(manifest['created']) > now() + SKEW;
        const late = now() > secondsOf(manifest['notAfter']) ? 'MESSAGE_EXPIRED' : ahead ? 'CLOCK_SKEW' : undefined;
        const untimely = manifest['test'] === test ? late : 'TEST_PRODUCTION_MIXED';
        const issues = untimely ? [error(untimely, '/manifest', 'Not at this time or on this link.')] : understand(manifest, ordered);
        const refused = issues.some(({ severity }) => severity === 'error');
        const about = { messageId: manifest['messageId'], from: gateway, to: party, jwsDigest: sha256(jws), manifestDigest };
        const receipt = this.#sign('lb-receipt+jws', {
            ...{ profile: PROFILE, receiptId: messageId(), levels: ['R1', 'R2'], about },
            parts: listed.map(({ name, digest }) => ({ name, algorithm: 'sha-256', digest })),
            ...{ status: refused ? 'refused' : 'valid', issueCount: issues.length, issues, issuer: party, issued: instant() },
        });
        // Durable before anything says so: R1 is a promise. The receipt's file is the commit.
        store(join(this.#received, `${about.messageId}.lbm`), body);
        store(join(this.#received, `${about.messageId}.receipt`), receipt);
        await this.#post('receipt', receipt);
    }
    #receiptOf(id) {
        const path = join(this.#received, `${id}.receipt`);
        if (!UUID7.test(id) || !existsSync(path))
            return undefined;
        const jws = readFileSync(path);
        return { jws, manifestDigest: fields(unb64(jws.toString('latin1').split('.')[1]), 8)['about'].manifestDigest };
    }
    async #takeQuery(body) {
        const { party, gateway } = this.options;
        const { payload, issued } = this.#keys.verify(body, 'lb-query+jws', gateway);
        const query = fields(payload, 4);
        require(members(query, ['profile', 'queryId', 'from', 'to', 'about', 'asked']) && query['profile'] === PROFILE, 'question');
        require(query['from'] === gateway && query['to'] === party && matches(query['queryId'], UUID7) && issued <= now() + SKEW, 'question');
        const about = query['about'];
        require(members(about, ['messageId', 'manifestDigest']) && matches(about['messageId'], UUID7), 'question');
        const kept = this.#receiptOf(about['messageId']);
        const held = kept?.manifestDigest === about['manifestDigest'] ? kept : undefined;
        const said = { profile: PROFILE, queryId: query['queryId'], queryDigest: sha256(body), from: party, to: gateway, about };
        const receipts = held ? [held.jws.toString('latin1')] : [];
        await this.#post('answer', this.#sign('lb-answer+jws', { ...said, have: held !== undefined, receipts, answered: instant() }));
    }
    async #takeKeys(body) {
        const { party, gateway } = this.options;
        let answer;
        if (fields(unb64(body.toString('latin1').split('.')[0]), 4)['typ'] === 'lb-keys+jws')
            this.#keys.takeDocument(body, gateway);
        else {
            const statement = fields(this.#keys.verify(body, 'lb-keys-statement+jws', gateway).payload, 3);
            require(statement['from'] === gateway && statement['to'] === party, 'statement');
            answer = statement['ask'];
            if (answer === undefined)
                return;
        }
        const { version } = this.#keys.document(gateway);
        const said = { profile: PROFILE, id: messageId(), from: party, to: gateway, version, accepts: this.#keys.accepts(gateway) };
        await this.#post('keys', this.#sign('lb-keys-statement+jws', {
            ...said,
            ...(answer ? { answer, software: 'landbridge-partner-typescript 1' } : {}),
            issued: instant(),
        }));
    }
    /** A receipt settles a message of ours only when everything in it is what was sent (LB-PROTO-1 §5). */
    #takeReceipt(body) {
        const { party, gateway } = this.options;
        const receipt = fields(this.#keys.verify(body, 'lb-receipt+jws', gateway).payload, 8);
        const { about, parts, issues, levels, status } = receipt;
        require(receipt['profile'] === PROFILE && receipt['issuer'] === gateway && Array.isArray(levels) && Array.isArray(issues), 'receipt');
        require(STATUSES[levels.join('+')]?.test(String(status)), 'levels and status do not belong together');
        const errors = issues.some(({ severity }) => severity === 'error');
        require(!levels.includes('R2') || errors === (status === 'refused'), 'refused with errors, valid without');
        const sent = this.#sentMessages().find((one) => one.manifest['messageId'] === about.messageId);
        require(sent, 'a receipt about nothing we sent');
        const expected = { messageId: about.messageId, from: party, to: gateway, jwsDigest: sent.jwsDigest, manifestDigest: sent.digest };
        require(members(about, Object.keys(expected)) &&
            Object.entries(expected).every(([name, value]) => about[name] === value), 'other octets');
        const triples = (list) => list
            .map(({ name, algorithm, digest }) => `${name} ${algorithm} ${digest}`)
            .sort()
            .join();
        const ours = sent.manifest['parts'].map(({ name, digestAlgorithm, digest }) => ({
            name,
            algorithm: digestAlgorithm,
            digest,
        }));
        require(triples(parts) === triples(ours), 'a receipt about other parts');
        store(`${sent.path}.${levels.join('+')}.receipt`, body);
        const found = issues.map(({ code, pointer }) => `\n  ${code} ${pointer}`).join('');
        process.stdout.write(`${about.messageId}: ${levels.join('+')} ${status}${found}\n`);
        return String(status);
    }
    /** False: not believed. Nothing is answered then, and nobody is told why. */
    async #take(kind, body) {
        try {
            if (kind === 'message')
                await this.#takeMessage(body);
            else if (kind === 'query')
                await this.#takeQuery(body);
            else if (kind === 'keys')
                await this.#takeKeys(body);
            else if (kind === 'receipt')
                return this.#takeReceipt(body);
            return true;
        }
        catch (reason) {
            // A disk that fails is no reason to disbelieve: what came is asked for again.
            if (reason.syscall !== undefined)
                throw reason;
            process.stderr.write(`not believed (${kind}): ${String(reason)}\n`);
            return false;
        }
    }
    // --- transport ----------------------------------------------------------------------------------------------------------
    async #request(method, path, headers, body) {
        const signal = AbortSignal.timeout(90_000);
        const response = await fetch(this.options.url + path, { method, headers, redirect: 'error', signal, ...(body ? { body } : {}) });
        return { status: response.status, type: response.headers.get('content-type') ?? '', body: Buffer.from(await response.arrayBuffer()) };
    }
    /** Again and again, the same bytes, until they are taken or refused for good. */
    async #post(kind, body, duplicate = false) {
        for (;;) {
            const headers = { 'content-type': mediaOf(kind), ...(duplicate ? { 'landbridge-possible-duplicate': 'true' } : {}) };
            try {
                const answer = await this.#request('POST', `/links/${this.options.link}/messages`, headers, new Uint8Array(body));
                if (answer.status !== 429 && answer.status !== 503) {
                    const receipted = kind === 'message' && [200, 202, 422].includes(answer.status);
                    return { status: answer.status, verdict: receipted && (await this.#take('receipt', answer.body)) };
                }
            }
            catch (reason) {
                process.stderr.write(`in doubt, once more: ${String(reason.cause ?? reason)}\n`);
                duplicate = true;
            }
            await sleep(1_000);
        }
    }
    #token(method, path) {
        const { party: sub, gateway: aud } = this.options;
        const claims = { profile: PROFILE, sub, aud, exp: Math.floor(now()) + 60, jti: b64(randomBytes(16)), method, path };
        return { authorization: `Bearer ${this.#sign('lb-mailbox+jws', claims).toString('latin1')}` };
    }
    async #poll(after) {
        const base = `/links/${this.options.link}/mailbox`;
        const path = `${base}?wait=30&limit=50${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
        const answer = await this.#request('GET', path, this.#token('GET', path));
        require(answer.status === 200 || answer.status === 204, `the mailbox answered ${answer.status}`);
        let last = after;
        for (const { kind, id, position, body } of answer.status === 200 ? partsOf(answer.type, answer.body) : []) {
            await this.#take(kind, body);
            // A message leaves the mailbox by its receipt; everything else when we say so.
            const said = { ...this.#token('POST', `${base}/acknowledge`), 'content-type': 'application/json' };
            if (kind !== 'message')
                await this.#request('POST', `${base}/acknowledge`, said, new Uint8Array(compact({ messageIds: [id] })));
            last = position;
        }
        return last;
    }
    async run() {
        await this.resend();
        for (let after;;)
            try {
                after = await this.#poll(after);
            }
            catch (reason) {
                process.stderr.write(`once more from the beginning: ${String(reason.cause ?? reason)}\n`);
                after = undefined;
                await sleep(1_000);
            }
    }
    // --- what goes ----------------------------------------------------------------------------------------------------------
    /** Everything ever sent, oldest first; each file is read once. */
    #sentMessages() {
        const names = readdirSync(this.#sent).sort();
        for (const name of names.filter((one) => /^\d{10}\.lbm$/.test(one) && !this.#index.has(one))) {
            const { jws } = decodeFrame(readFileSync(join(this.#sent, name)));
            const payload = unb64(jws.toString('latin1').split('.')[1]);
            this.#index.set(name, {
                path: join(this.#sent, name),
                jwsDigest: sha256(jws),
                manifest: fields(payload, 8),
                digest: sha256(payload),
            });
        }
        return [...this.#index].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sent]) => sent);
    }
    /** What a crash left without a receipt: the same bytes, in order, flagged. What has had its time is for a person. */
    async resend() {
        for (const { path, manifest } of this.#sentMessages()) {
            const settled = ['R1+R2', 'R2', 'R3'].some((levels) => existsSync(`${path}.${levels}.receipt`));
            if (!settled && secondsOf(manifest['notAfter']) > now())
                await this.#post('message', readFileSync(path), true);
        }
    }
    async send(file, type) {
        const content = readFileSync(file);
        const first = content.toString('utf8', 0, 200).trimStart()[0];
        const mediaType = first === '{' ? 'application/json' : first === '<' ? 'application/xml' : 'application/edifact';
        const { party, gateway, test } = this.options;
        await this.resend();
        for (;;) {
            const last = this.#sentMessages().at(-1);
            const id = messageId();
            const sequence = (last?.manifest['link'].sequence ?? 0) + 1;
            const payload = compact({
                ...{
                    profile: PROFILE,
                    messageId: id,
                    conversationId: id,
                    from: { party },
                    to: { party: gateway },
                    messageType: { type, version: '1' },
                },
                ...{ created: instant(), notAfter: instant(Date.now() + 72 * 3_600_000), priority: 'B', test },
                link: { sequence, ...(last ? { previous: last.digest } : {}) },
                businessKeys: [],
                parts: [{ name: 'document', mediaType, byteLength: content.length, digestAlgorithm: 'sha-256', digest: sha256(content) }],
            });
            const frame = encodeFrame(this.#keys.sign(party, 'lb-message+jws', payload), [{ name: 'document', content }]);
            // Its number is taken by whoever has the file first; what is on disk will be sent, whatever happens to us.
            if (!store(join(this.#sent, `${String(sequence).padStart(10, '0')}.lbm`), frame, true))
                continue;
            const { status, verdict } = await this.#post('message', frame);
            if (status !== 200 && status !== 202)
                return 2;
            return verdict === false ? 20 : verdict === 'refused' ? 2 : 0;
        }
    }
}
/** The items of a mailbox answer (RFC 2046); each part tells its length, so nobody searches in payloads. */
function partsOf(contentType, body) {
    const boundary = Buffer.from(`--${/^multipart\/mixed;\s*boundary="?([^";]+)"?$/.exec(contentType)?.[1] ?? ''}`);
    const items = [];
    for (let at = 0; body.toString('latin1', at + boundary.length, at + boundary.length + 2) !== '--';) {
        const end = body.indexOf('\r\n\r\n', at);
        require(end > 0, 'a cut-off answer');
        const lines = body.toString('latin1', at + boundary.length + 2, end).split('\r\n');
        const header = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
        const length = Number(header.get('content-length'));
        require(Number.isSafeInteger(length) && end + 4 + length <= body.length, 'a cut-off answer');
        const field = (name) => decodeURIComponent(header.get(name) ?? '');
        const kind = KINDS.find((one) => mediaOf(one) === header.get('content-type')) ?? 'other';
        const content = body.subarray(end + 4, end + 4 + length);
        items.push({ kind, id: field('landbridge-message-id'), position: field('landbridge-position'), body: content });
        at = end + 4 + length + 2;
    }
    return items;
}
async function main() {
    const option = { type: 'string' };
    const named = { home: option, party: option, gateway: option, url: option, link: option, type: option, alg: option };
    const { values, positionals } = parseArgs({ options: { ...named, test: { type: 'boolean' } }, allowPositionals: true });
    const [command, file = ''] = positionals;
    const { home = 'home', party = '', gateway = '', url = '', link = '', test = false, type = 'canonical/json', alg = 'ES256' } = values;
    const partner = () => new Partner({ home, party, gateway, url: url.replace(/\/$/, ''), link, test });
    if (command === 'keygen')
        process.stdout.write(`${new Keys(home).generate(party, alg)}\n`);
    else if (command === 'trust') {
        const document = fields(readFileSync(file), 6);
        for (const key of document['keys']) {
            require(thumbprint(key) === key['kid'], 'kid is not the thumbprint');
            process.stdout.write(`compare by telephone: ${document['party']} ${key['kid']}\n`);
        }
        new Keys(home).save(document);
    }
    else if (command === 'run')
        await partner().run();
    else if (command === 'send')
        process.exitCode = await partner().send(file, type);
    else {
        process.stderr.write('keygen, trust, run or send; the head of this file says how.\n');
        process.exitCode = 64;
    }
}
void main();
