/** Left in the folder, for whoever opens it without having seen the demo. */
export const README = `What the parties of this demo sent, received and signed.

  inputs/               documents the local window was given
  LSW/ NSW/ HRG/ KEG/   one party each:
    sent/ received/     numbered by time; .lbm is the signed message exactly as it travelled, the file of the same name
                        beside it the document it carries; .jws is a signed receipt, .json beside it what it says
    unproven/           what the party did not believe
    journal.jsonl       what happened, one line an event, on disk before anything depended on it
  keys/                 public keys of all parties
  agreements.json       parties, links, routes and formats that were in force
  gateway/gateway.log   log of the gateway (one JSON line an event)
  summary.json          every check, the counts of every link, the verification

To verify a receipt by hand: it is a compact JWS (RFC 7515). Its header names the key (kid) in keys/. Its payload names the
message it speaks of and, as jwsDigest, the SHA-256 of that message's own JWS, which starts at octet 11 of the .lbm file and
has the length written in octets 7 to 10 (docs/protocols/LB-PROTO-1-signed-exchange.md).
`;
