import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A partner of a Landbridge gateway over the HTTP mailbox, in one file: Java 17 or later, its own libraries only.
 *
 * <pre>
 * java LandbridgePartner.java keygen --home HOME --party KEG [--alg Ed25519]
 * java LandbridgePartner.java trust  --home HOME LBG.keys.json
 * java LandbridgePartner.java run    --home HOME --party KEG --gateway LBG --url http://127.0.0.1:8080 --link keg [--test]
 * java LandbridgePartner.java send   --home HOME --party KEG --gateway LBG --url ... --link keg FILE --type cn-rail/TrainReport
 * </pre>
 *
 * It keeps LB-PROTO-1 and LB-PROTO-2: exact octets are verified and on disk before a receipt is given (R1), a duplicate gets the stored
 * receipt, questions are answered from what was stored, what was sent and not receipted goes out again, the same octets, also after a
 * crash. {@link #understand} is where your own system comes in. {@code send} ends with 0: receipted and valid; 2: refused; 20: the answer
 * is not to be believed.
 */
public final class LandbridgePartner {
  static final String PROFILE = "LB-PROTO-1";
  static final Map<String, Integer> LIMITS = Map.of("lb-message+jws", 256 * 1024, "lb-receipt+jws", 4 << 20, "lb-keys+jws", 1 << 20,
      "lb-keys-statement+jws", 32 * 1024, "lb-query+jws", 4096);
  static final List<String> KINDS = List.of("message", "receipt", "query", "answer", "keys");
  static final int MAX_FRAME = 64 << 20, MAX_PARTS = 64, MAX_LIFE = 31 * 86_400, SKEW = 300;
  static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
  static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");
  static final Pattern UUID7 = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  static final Pattern PARTY = Pattern.compile("[A-Z][A-Z0-9]{1,15}");
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*");
  static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  static final SecureRandom RANDOM = new SecureRandom();

  /** What was received must not be believed. The reason is for our own log; nobody else is told. */
  @SuppressWarnings("serial")
  static final class Refused extends RuntimeException {
    Refused(String reason) {
      super(reason);
    }
  }

  static void require(boolean condition, String reason) {
    if (!condition) throw new Refused(reason);
  }

  static String mediaOf(String kind) {
    return "application/vnd.landbridge." + kind + (kind.equals("message") ? "" : "+jws");
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String latin(byte[] data) {
    return new String(data, StandardCharsets.ISO_8859_1);
  }

  static String b64(byte[] data) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
  }

  static byte[] unb64(String text) {
    try {
      byte[] data = Base64.getUrlDecoder().decode(text);
      require(b64(data).equals(text), "not canonical base64url");
      return data;
    } catch (IllegalArgumentException error) {
      throw new Refused("not base64url");
    }
  }

  static String sha256(byte[] data) {
    try {
      return b64(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Seconds, with the fraction: a key may count from this very second on. */
  static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  static String instant(long milliseconds) {
    return MILLIS.format(Instant.ofEpochMilli(milliseconds));
  }

  static String instant() {
    return instant(System.currentTimeMillis());
  }

  static double secondsOf(Object text) {
    require(text instanceof String && INSTANT.matcher((String) text).matches(), "not an instant");
    try {
      long at = Instant.parse((String) text).toEpochMilli();
      require(instant(at).equals(text), "an impossible day");
      return at / 1000.0;
    } catch (DateTimeException error) {
      throw new Refused("an impossible day");
    }
  }

  static String messageId() {
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    ByteBuffer octets = ByteBuffer.allocate(16).putLong(System.currentTimeMillis() << 16).position(6).put(random);
    octets.put(6, (byte) (0x70 | octets.get(6) & 0x0f)).put(8, (byte) (0x80 | octets.get(8) & 0x3f));
    String hex = String.format("%032x", new BigInteger(1, octets.array()));
    return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  // --- strict JSON: objects are maps, numbers Long where they are whole, Double otherwise -------------------------------------

  /** Reads JSON without a member twice, numbers beyond 2^53, lone surrogates or more than `depth` levels. */
  static final class Json {
    private final String text;
    private final int depth;
    private int at;

    private Json(String text, int depth) {
      this.text = text;
      this.depth = depth;
    }

    static Object read(byte[] data, int depth) {
      try {
        Json json = new Json(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString(), depth);
        Object value = json.value(0);
        require(json.next() == 0 && json.at == json.text.length(), "something behind the value");
        return value;
      } catch (CharacterCodingException error) {
        throw new Refused("not UTF-8");
      }
    }

    static Map<String, Object> object(byte[] data, int depth) {
      return fields(read(data, depth));
    }

    /** The next character that is no blank, or 0 at the end. */
    private char next() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private Object value(int level) {
      char first = next();
      if (first == '{' || first == '[') {
        require(level < depth, "nested too deeply");
        return first == '{' ? members(level + 1) : items(level + 1);
      }
      if (first == '"') return string();
      for (Map.Entry<String, Object> word : WORDS.entrySet())
        if (text.startsWith(word.getKey(), at)) {
          at += word.getKey().length();
          return word.getValue() == NULL ? null : word.getValue();
        }
      return number();
    }

    private static final Object NULL = new Object();
    private static final Map<String, Object> WORDS = Map.of("true", true, "false", false, "null", NULL);
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private Object number() {
      Matcher found = NUMBER.matcher(text).region(at, Math.min(text.length(), at + 400));
      require(found.lookingAt(), "not JSON");
      at = found.end();
      if (found.group(2) != null || found.group(3) != null) return Double.valueOf(found.group());
      BigInteger whole = new BigInteger(found.group());
      require(whole.abs().bitLength() <= 53 && whole.abs().longValue() < 1L << 53, "a number beyond 2^53");
      return whole.longValue();
    }

    private Map<String, Object> members(int level) {
      Map<String, Object> all = new LinkedHashMap<>();
      at++;
      if (next() != '}')
        while (true) {
          require(next() == '"', "not JSON");
          String name = string();
          require(next() == ':', "not JSON");
          at++;
          require(!all.containsKey(name), "a member twice");
          all.put(name, value(level));
          if (next() != ',') break;
          at++;
        }
      require(next() == '}', "not JSON");
      at++;
      return all;
    }

    private List<Object> items(int level) {
      List<Object> all = new ArrayList<>();
      at++;
      if (next() != ']')
        while (true) {
          all.add(value(level));
          if (next() != ',') break;
          at++;
        }
      require(next() == ']', "not JSON");
      at++;
      return all;
    }

    private String string() {
      StringBuilder out = new StringBuilder();
      for (at++; ; at++) {
        require(at < text.length() && text.charAt(at) >= ' ', "not JSON");
        char one = text.charAt(at);
        if (one == '"') break;
        if (one != '\\') {
          out.append(one);
          continue;
        }
        require(++at < text.length(), "not JSON");
        int simple = "\"\\/bfnrt".indexOf(text.charAt(at));
        if (simple >= 0) out.append("\"\\/\b\f\n\r\t".charAt(simple));
        else {
          require(text.charAt(at) == 'u' && at + 4 < text.length() && text.substring(at + 1, at + 5).matches("[0-9A-Fa-f]{4}"), "not JSON");
          out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        }
      }
      at++;
      require(out.codePoints().noneMatch(point -> point >= 0xd800 && point <= 0xdfff), "a lone surrogate");
      return out.toString();
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> map)
        return map.entrySet().stream().map(one -> write(one.getKey()) + ":" + write(one.getValue())).collect(Collectors.joining(",", "{", "}"));
      if (value instanceof List<?> list) return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      if (!(value instanceof String)) return String.valueOf(value);
      StringBuilder out = new StringBuilder("\"");
      for (char one : ((String) value).toCharArray())
        if (one == '"' || one == '\\') out.append('\\').append(one);
        else if (one < ' ') out.append(String.format("\\u%04x", (int) one));
        else out.append(one);
      return out.append('"').toString();
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> fields(Object value) {
    require(value instanceof Map, "no object");
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    require(value instanceof List, "no list");
    return (List<Object>) value;
  }

  static List<Map<String, Object>> objects(Object value) {
    return list(value).stream().map(LandbridgePartner::fields).toList();
  }

  /** An object in the order given: name, value, name, value. */
  static Map<String, Object> object(Object... pairs) {
    Map<String, Object> made = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) made.put((String) pairs[i], pairs[i + 1]);
    return made;
  }

  static void members(Map<String, Object> value, String required, String optional) {
    Set<String> needed = Set.of(required.split(" "));
    Set<String> allowed = new HashSet<>(Arrays.asList(optional.split(" ")));
    allowed.addAll(needed);
    require(value.keySet().containsAll(needed) && allowed.containsAll(value.keySet()), "members");
  }

  static boolean matches(Object value, Pattern pattern) {
    return value instanceof String && pattern.matcher((String) value).matches();
  }

  static boolean text(Object value, int most) {
    return value instanceof String && !((String) value).isEmpty() && ((String) value).length() <= most;
  }

  // --- files ------------------------------------------------------------------------------------------------------------------

  /** A file that is there whole or not at all, and outlives a crash. With `fresh`, false where it is there already. */
  static boolean store(Path path, byte[] data, boolean fresh) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    Files.deleteIfExists(temporary);
    Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      for (ByteBuffer left = ByteBuffer.wrap(data); left.hasRemaining(); ) file.write(left);
      file.force(true);
    }
    try {
      if (fresh) Files.createLink(path, temporary);
      else Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException error) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
    return true;
  }

  // --- keys -------------------------------------------------------------------------------------------------------------------

  /** Key documents of both sides as files in HOME, our private key as HOME/private.pem (mode 0600). */
  static final class Keys {
    static final List<String> VERIFYING = List.of("published", "active", "retiring");
    static final List<String> ORDER = List.of("pending", "published", "active", "retiring", "retired", "compromised");
    static final Map<String, String> SPKI = Map.of("ES256", "3059301306072a8648ce3d020106082a8648ce3d03010703420004", "Ed25519", "302a300506032b6570032100");
    /** R and S side by side, as JOSE wants them; `SHA256withECDSA` alone would give DER. */
    static final Map<String, String> ALGORITHMS = Map.of("ES256", "SHA256withECDSAinP1363Format", "Ed25519", "Ed25519");
    final Path home;

    Keys(Path home) throws IOException {
      this.home = Files.createDirectories(home.toAbsolutePath());
    }

    Map<String, Object> document(String party) throws IOException {
      Path path = home.resolve(party + ".keys.json");
      return Files.exists(path) ? Json.object(Files.readAllBytes(path), 6) : object("keys", List.of(), "version", 0L);
    }

    void save(Map<String, Object> document) throws IOException {
      require(matches(document.get("party"), PARTY), "party");
      store(home.resolve(document.get("party") + ".keys.json"), utf8(Json.write(document)), false);
    }

    static String thumbprint(Map<String, Object> jwk) {
      String start = "{\"crv\":" + Json.write(jwk.get("crv")) + ",\"kty\":" + Json.write(jwk.get("kty")) + ",\"x\":" + Json.write(jwk.get("x"));
      return sha256(utf8(start + ("EC".equals(jwk.get("kty")) ? ",\"y\":" + Json.write(jwk.get("y")) : "") + "}"));
    }

    String generate(String party, String alg) throws IOException, GeneralSecurityException {
      require(SPKI.containsKey(alg), "--alg is ES256 or Ed25519");
      require(!Files.exists(home.resolve("private.pem")), "There is a key already.");
      KeyPairGenerator generator = KeyPairGenerator.getInstance(alg.equals("ES256") ? "EC" : "Ed25519");
      if (alg.equals("ES256")) generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
      store(home.resolve("private.pem"), utf8(pem + "\n-----END PRIVATE KEY-----\n"), false);
      byte[] spki = pair.getPublic().getEncoded();
      byte[] point = Arrays.copyOfRange(spki, SPKI.get(alg).length() / 2, spki.length);
      Map<String, Object> jwk = alg.equals("Ed25519") ? object("kty", "OKP", "crv", "Ed25519", "x", b64(point))
          : object("kty", "EC", "crv", "P-256", "x", b64(Arrays.copyOf(point, 32)), "y", b64(Arrays.copyOfRange(point, 32, 64)));
      String kid = thumbprint(jwk);
      jwk.putAll(object("kid", kid, "alg", alg, "use", "sig", "status", "active", "from", instant()));
      save(object("profile", PROFILE, "party", party, "version", 1L, "issued", instant(), "keys", List.of(jwk)));
      return kid;
    }

    List<Map<String, Object>> keysOf(String party) throws IOException {
      return objects(document(party).get("keys"));
    }

    List<Object> accepts(String party) throws IOException {
      return new ArrayList<>(keysOf(party).stream().filter(key -> VERIFYING.contains(key.get("status"))).map(key -> key.get("kid")).toList());
    }

    byte[] sign(String party, String typ, byte[] payload) throws IOException, GeneralSecurityException {
      Map<String, Object> key = keysOf(party).stream().filter(one -> "active".equals(one.get("status"))).findFirst()
          .orElseThrow(() -> new Refused("We have no key: keygen makes one."));
      String alg = (String) key.get("alg");
      String signed = b64(utf8(Json.write(object("alg", alg, "kid", key.get("kid"), "typ", typ, "iat", (long) now())))) + "." + b64(payload);
      String pem = Files.readString(home.resolve("private.pem")).replaceAll("-----[A-Z ]+-----", "");
      PrivateKey secret = KeyFactory.getInstance(alg.equals("ES256") ? "EC" : "Ed25519")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
      Signature signer = Signature.getInstance(ALGORITHMS.get(alg));
      signer.initSign(secret);
      signer.update(utf8(signed));
      return utf8(signed + "." + b64(signer.sign()));
    }

    record Verified(byte[] payload, long issued) {}

    /** Payload and time of issue of a JWS of `party`, or Refused. The key's own algorithm counts, never the header's. */
    Verified verify(byte[] jws, String typ, String party) throws IOException {
      require(jws.length <= LIMITS.get(typ), "too large");
      String[] segments = latin(jws).split("\\.", -1);
      require(segments.length == 3 && segments[0].length() <= 2048, "not compact");
      Map<String, Object> header = Json.object(unb64(segments[0]), 4);
      byte[] payload = unb64(segments[1]), signature = unb64(segments[2]);
      members(header, "alg kid typ iat", "");
      require(typ.equals(header.get("typ")) && header.get("iat") instanceof Long iat && iat >= 0 && matches(header.get("kid"), DIGEST), "header");
      Map<String, Object> key = keysOf(party).stream().filter(one -> header.get("kid").equals(one.get("kid"))).findFirst()
          .orElseThrow(() -> new Refused("a key nobody registered"));
      require(VERIFYING.contains(key.get("status")), "the key does not verify now");
      require(secondsOf(key.get("from")) <= now() && (key.get("until") == null || now() < secondsOf(key.get("until"))), "not at this time");
      require(key.get("alg").equals(header.get("alg")) && signature.length == 64, "another algorithm than the key's");
      try {
        Signature verifier = Signature.getInstance(ALGORITHMS.get((String) key.get("alg")));
        verifier.initVerify(publicKey(key));
        verifier.update(jws, 0, jws.length - segments[2].length() - 1);
        require(verifier.verify(signature), "the signature does not verify");
      } catch (GeneralSecurityException error) {
        throw new Refused("the signature does not verify");
      }
      return new Verified(payload, (Long) header.get("iat"));
    }

    private static PublicKey publicKey(Map<String, Object> jwk) throws GeneralSecurityException {
      String alg = (String) jwk.get("alg");
      String y = alg.equals("ES256") ? hex(unb64((String) jwk.get("y"))) : "";
      byte[] spki = new BigInteger(SPKI.get(alg) + hex(unb64((String) jwk.get("x"))) + y, 16).toByteArray();
      return KeyFactory.getInstance(alg.equals("ES256") ? "EC" : "Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    }

    private static String hex(byte[] data) {
      return String.format("%064x", new BigInteger(1, data));
    }

    /** The next version of the other side's keys: signed by a key good now, every known key kept, no step back. */
    void takeDocument(byte[] jws, String party) throws IOException {
      Map<String, Object> document = Json.object(verify(jws, "lb-keys+jws", party).payload(), 6), known = document(party);
      require(PROFILE.equals(document.get("profile")) && party.equals(document.get("party")) && document.get("version") instanceof Long version
          && version > (Long) known.get("version"), "not a newer document of this party");
      Map<Object, Map<String, Object>> listed = new LinkedHashMap<>();
      for (Map<String, Object> key : objects(document.get("keys"))) {
        require(thumbprint(key).equals(key.get("kid")) && ORDER.contains(key.get("status")), "key");
        listed.put(key.get("kid"), key);
      }
      for (Map<String, Object> key : objects(known.get("keys"))) {
        Map<String, Object> next = listed.get(key.get("kid"));
        require(next != null && ORDER.indexOf(next.get("status")) >= ORDER.indexOf(key.get("status")), "a key was lost or taken back");
      }
      save(document);
    }
  }

  // --- messages ---------------------------------------------------------------------------------------------------------------

  record Part(String name, byte[] content) {}

  record Frame(byte[] jws, List<Part> parts) {}

  static Frame decodeFrame(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    require(body.length >= 11 && body.length <= MAX_FRAME && in.getInt() == 0x4c424d46 && in.get() == 1, "frame");
    int count = in.getShort() & 0xffff, length = in.getInt();
    require(count <= MAX_PARTS && length >= 0 && length <= LIMITS.get("lb-message+jws") && length <= in.remaining(), "frame");
    byte[] jws = take(in, length);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int size = in.hasRemaining() ? in.get() & 0xff : 0;
      require(size >= 1 && size <= 64 && in.remaining() >= size + 4, "frame");
      String name = latin(take(in, size));
      int octets = in.getInt();
      require(matches(name, NAME) && octets >= 0 && octets <= in.remaining(), "frame");
      parts.add(new Part(name, take(in, octets)));
    }
    require(!in.hasRemaining(), "frame");
    return new Frame(jws, parts);
  }

  static byte[] take(ByteBuffer in, int length) {
    byte[] taken = new byte[length];
    in.get(taken);
    return taken;
  }

  static byte[] encodeFrame(byte[] jws, String name, byte[] content) {
    return ByteBuffer.allocate(11 + jws.length + 5 + name.length() + content.length).putInt(0x4c424d46).put((byte) 1).putShort((short) 1)
        .putInt(jws.length).put(jws).put((byte) name.length()).put(utf8(name)).putInt(content.length).put(content).array();
  }

  static Map<String, Object> parseManifest(byte[] payload) {
    Map<String, Object> manifest = Json.object(payload, 8);
    members(manifest, "profile messageId conversationId from to messageType created notAfter priority test link businessKeys parts",
        "refTo translatedFrom superseded");
    require(PROFILE.equals(manifest.get("profile")) && matches(manifest.get("messageId"), UUID7), "manifest identity");
    require(!manifest.containsKey("refTo") || matches(manifest.get("refTo"), UUID7), "refTo");
    require(text(manifest.get("conversationId"), 64) && List.of("A", "B", "C").contains(manifest.get("priority")), "manifest values");
    require(manifest.get("test") instanceof Boolean && Boolean.TRUE.equals(manifest.getOrDefault("superseded", true)), "manifest values");
    for (String end : List.of("from", "to")) {
      members(fields(manifest.get(end)), "party", "endpoint");
      require(matches(fields(manifest.get(end)).get("party"), PARTY), "party");
    }
    Map<String, Object> type = fields(manifest.get("messageType")), link = fields(manifest.get("link"));
    members(type, "type version", "");
    members(link, "sequence", "previous");
    require(text(type.get("type"), 100) && text(type.get("version"), 40), "messageType");
    require(link.get("sequence") instanceof Long sequence && sequence > 0, "link");
    require(link.get("sequence").equals(1L) ? !link.containsKey("previous") : matches(link.get("previous"), DIGEST), "link");
    require(list(manifest.get("businessKeys")).size() <= 1000, "business keys");
    for (Map<String, Object> key : objects(manifest.get("businessKeys"))) {
      members(key, "type value", "");
      require(text(key.get("type"), 40) && text(key.get("value"), 200), "business key");
    }
    double life = secondsOf(manifest.get("notAfter")) - secondsOf(manifest.get("created"));
    List<Map<String, Object>> parts = objects(manifest.get("parts"));
    require(life >= 0 && life <= MAX_LIFE && !parts.isEmpty() && parts.size() <= MAX_PARTS, "lifetime or parts");
    for (Map<String, Object> part : parts) {
      members(part, "name mediaType byteLength digestAlgorithm digest", "charset");
      require(matches(part.get("name"), NAME) && text(part.get("mediaType"), 127) && matches(part.get("mediaType"), MEDIA_TYPE), "part");
      require(part.get("byteLength") instanceof Long && "sha-256".equals(part.get("digestAlgorithm")) && matches(part.get("digest"), DIGEST), "part");
    }
    require(parts.stream().map(part -> part.get("name")).distinct().count() == parts.size(), "a part name twice");
    return manifest;
  }

  static Map<String, Object> error(String code, String pointer, String message) {
    return object("code", code, "severity", "error", "pointer", pointer, "message", message);
  }

  /** Your system: what is wrong with a document; empty for one you take. */
  static List<Object> understand(Map<String, Object> manifest, List<Part> parts) {
    Object media = objects(manifest.get("parts")).get(0).get("mediaType");
    if ("application/xml".equals(media)) return List.of(error("FORMAT_UNKNOWN", "/", "This example reads JSON only."));
    if (!"application/json".equals(media)) return List.of();
    try {
      Json.read(parts.get(0).content(), 64);
      return List.of();
    } catch (Refused refused) {
      return List.of(error("JSON_MALFORMED", "/", "The document is not strict JSON."));
    }
  }

  // --- the partner ------------------------------------------------------------------------------------------------------------

  /** Which status each set of levels may carry (LB-PROTO-1 §5): stored, technically judged, the business answer. */
  static final Map<String, List<String>> STATUSES = Map.of("R1", List.of("stored"), "R2", List.of("valid", "refused"), "R1+R2",
      List.of("valid", "refused"), "R3", List.of("accepted", "refused", "released", "held", "inspection", "cancelled"));

  record Answer(int status, String type, byte[] body) {}

  /** `verdict`: the status a receipt gave, or null where there was none to believe. */
  record Posted(int status, String verdict) {}

  /** A message of ours as it lies in `sent`. */
  record Sent(Path path, String jwsDigest, String digest, Map<String, Object> manifest) {}

  final Keys keys;
  final String party, gateway, url, link;
  final boolean test;
  final Path received, sent;
  final Map<String, Sent> index = new TreeMap<>();
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(20)).build();

  LandbridgePartner(Map<String, String> options) throws IOException {
    keys = new Keys(Path.of(options.get("home")));
    party = options.get("party");
    gateway = options.get("gateway");
    url = options.get("url").replaceFirst("/$", "");
    link = options.get("link");
    test = options.containsKey("test");
    received = Files.createDirectories(keys.home.resolve("received"));
    sent = Files.createDirectories(keys.home.resolve("sent"));
  }

  byte[] signed(String typ, Object value) throws IOException, GeneralSecurityException {
    return keys.sign(party, typ, utf8(Json.write(value)));
  }

  /** Order of LB-PROTO-1 §4. What cannot be believed throws; what is authentic and untimely is answered with a refusal. */
  void takeMessage(byte[] body) throws Exception {
    Frame frame = decodeFrame(body);
    Keys.Verified verified = keys.verify(frame.jws(), "lb-message+jws", gateway);
    Map<String, Object> manifest = parseManifest(verified.payload());
    require(gateway.equals(fields(manifest.get("from")).get("party")) && party.equals(fields(manifest.get("to")).get("party")), "parties");
    List<Map<String, Object>> listed = objects(manifest.get("parts"));
    require(frame.parts().size() == listed.size() && frame.parts().stream().map(Part::name).distinct().count() == listed.size(), "parts");
    List<Part> ordered = new ArrayList<>();
    for (Map<String, Object> one : listed) {
      Part part = frame.parts().stream().filter(each -> each.name().equals(one.get("name"))).findFirst().orElseThrow(() -> new Refused("a part is missing"));
      require(one.get("byteLength").equals((long) part.content().length) && sha256(part.content()).equals(one.get("digest")), "a part is altered");
      ordered.add(part);
    }
    String id = (String) manifest.get("messageId"), digest = sha256(verified.payload());
    byte[] kept = receiptOf(id);
    if (kept != null) {
      require(digest.equals(manifestOf(kept)), "the id was used before with other content");
      post("receipt", kept, true);
      return;
    }
    boolean ahead = verified.issued() > now() + SKEW || secondsOf(manifest.get("created")) > now() + SKEW;
    String late = now() > secondsOf(manifest.get("notAfter")) ? "MESSAGE_EXPIRED" : ahead ? "CLOCK_SKEW" : null;
    String untimely = manifest.get("test").equals(test) ? late : "TEST_PRODUCTION_MIXED";
    List<Object> issues = untimely == null ? understand(manifest, ordered) : List.of(error(untimely, "/manifest", "Not at this time or on this link."));
    boolean refused = issues.stream().anyMatch(issue -> "error".equals(fields(issue).get("severity")));
    Map<String, Object> about = object("messageId", id, "from", gateway, "to", party, "jwsDigest", sha256(frame.jws()), "manifestDigest", digest);
    List<Object> parts = new ArrayList<>();
    for (Map<String, Object> one : listed) parts.add(object("name", one.get("name"), "algorithm", "sha-256", "digest", one.get("digest")));
    byte[] receipt = signed("lb-receipt+jws", object("profile", PROFILE, "receiptId", messageId(), "levels", List.of("R1", "R2"), "about", about,
        "parts", parts, "status", refused ? "refused" : "valid", "issueCount", issues.size(), "issues", issues, "issuer", party, "issued", instant()));
    // Durable before anything says so: R1 is a promise. The receipt's file is the commit.
    store(received.resolve(id + ".lbm"), body, false);
    store(received.resolve(id + ".receipt"), receipt, false);
    post("receipt", receipt, false);
  }

  byte[] receiptOf(String id) throws IOException {
    Path path = received.resolve(id + ".receipt");
    return Files.exists(path) ? Files.readAllBytes(path) : null;
  }

  static String manifestOf(byte[] receipt) {
    return (String) fields(Json.object(unb64(latin(receipt).split("\\.")[1]), 8).get("about")).get("manifestDigest");
  }

  void takeQuery(byte[] body) throws Exception {
    Keys.Verified verified = keys.verify(body, "lb-query+jws", gateway);
    Map<String, Object> query = Json.object(verified.payload(), 4), about = fields(query.get("about"));
    members(query, "profile queryId from to about asked", "");
    members(about, "messageId manifestDigest", "");
    require(PROFILE.equals(query.get("profile")) && gateway.equals(query.get("from")) && party.equals(query.get("to")), "question");
    require(matches(query.get("queryId"), UUID7) && matches(about.get("messageId"), UUID7) && verified.issued() <= now() + SKEW, "question");
    byte[] kept = receiptOf((String) about.get("messageId"));
    boolean have = kept != null && manifestOf(kept).equals(about.get("manifestDigest"));
    post("answer", signed("lb-answer+jws", object("profile", PROFILE, "queryId", query.get("queryId"), "queryDigest", sha256(body), "from", party,
        "to", gateway, "about", about, "have", have, "receipts", have ? List.of(latin(kept)) : List.of(), "answered", instant())), false);
  }

  void takeKeys(byte[] body) throws Exception {
    Object answer = null;
    if ("lb-keys+jws".equals(Json.object(unb64(latin(body).split("\\.", -1)[0]), 4).get("typ"))) keys.takeDocument(body, gateway);
    else {
      Map<String, Object> statement = Json.object(keys.verify(body, "lb-keys-statement+jws", gateway).payload(), 3);
      require(gateway.equals(statement.get("from")) && party.equals(statement.get("to")), "statement");
      answer = statement.get("ask");
      if (answer == null) return;
    }
    Map<String, Object> said = object("profile", PROFILE, "id", messageId(), "from", party, "to", gateway, "version", keys.document(gateway).get("version"),
        "accepts", keys.accepts(gateway));
    if (answer != null) said.putAll(object("answer", answer, "software", "landbridge-partner-java 1"));
    said.put("issued", instant());
    post("keys", signed("lb-keys-statement+jws", said), false);
  }

  /** A receipt settles a message of ours only when everything in it is what was sent (LB-PROTO-1 §5). */
  String takeReceipt(byte[] body) throws IOException {
    Map<String, Object> receipt = Json.object(keys.verify(body, "lb-receipt+jws", gateway).payload(), 8), about = fields(receipt.get("about"));
    String levels = list(receipt.get("levels")).stream().map(String::valueOf).collect(Collectors.joining("+")), status = String.valueOf(receipt.get("status"));
    List<Map<String, Object>> issues = objects(receipt.get("issues"));
    require(PROFILE.equals(receipt.get("profile")) && gateway.equals(receipt.get("issuer")), "receipt");
    require(STATUSES.getOrDefault(levels, List.of()).contains(status), "levels and status do not belong together");
    boolean errors = issues.stream().anyMatch(issue -> "error".equals(issue.get("severity")));
    require(!levels.contains("R2") || errors == status.equals("refused"), "refused with errors, valid without");
    Sent ours = sentMessages().stream().filter(one -> one.manifest().get("messageId").equals(about.get("messageId"))).findFirst()
        .orElseThrow(() -> new Refused("a receipt about nothing we sent"));
    require(about.equals(object("messageId", about.get("messageId"), "from", party, "to", gateway, "jwsDigest", ours.jwsDigest(), "manifestDigest",
        ours.digest())), "a receipt about other octets");
    require(triples(receipt, "algorithm").equals(triples(ours.manifest(), "digestAlgorithm")), "a receipt about other parts");
    store(Path.of(ours.path() + "." + levels + ".receipt"), body, false);
    System.out.println(about.get("messageId") + ": " + levels + " " + status);
    for (Map<String, Object> issue : issues) System.out.println("  " + issue.get("code") + " " + issue.get("pointer"));
    return status;
  }

  static List<String> triples(Map<String, Object> holder, String algorithm) {
    return objects(holder.get("parts")).stream().map(part -> part.get("name") + " " + part.get(algorithm) + " " + part.get("digest")).sorted().toList();
  }

  /** The status of a receipt, or null for whatever is not believed. Nothing is answered then, and nobody is told why. */
  String take(String kind, byte[] body) throws Exception {
    try {
      switch (kind) {
        case "message" -> takeMessage(body);
        case "query" -> takeQuery(body);
        case "keys" -> takeKeys(body);
        case "receipt" -> {
          return takeReceipt(body);
        }
        default -> { }
      }
    } catch (RuntimeException reason) {
      System.err.println("not believed (" + kind + "): " + reason);
    }
    return null;
  }

  // --- transport --------------------------------------------------------------------------------------------------------------

  Answer request(String method, String path, Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
    HttpRequest.BodyPublisher content = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(90)).method(method, content);
    headers.forEach(request::header);
    HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), answer.body());
  }

  /** Again and again, the same bytes, until they are taken or refused for good. */
  Posted post(String kind, byte[] body, boolean duplicate) throws Exception {
    for (boolean again = duplicate; ; Thread.sleep(1_000)) {
      Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", mediaOf(kind)));
      if (again) headers.put("Landbridge-Possible-Duplicate", "true");
      try {
        Answer answer = request("POST", "/links/" + link + "/messages", headers, body);
        if (answer.status() == 429 || answer.status() == 503) continue;
        boolean receipted = kind.equals("message") && List.of(200, 202, 422).contains(answer.status());
        return new Posted(answer.status(), receipted ? take("receipt", answer.body()) : null);
      } catch (IOException reason) {
        System.err.println("in doubt, once more: " + reason);
        again = true;
      }
    }
  }

  Map<String, String> token(String method, String path) throws IOException, GeneralSecurityException {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    byte[] token = signed("lb-mailbox+jws", object("profile", PROFILE, "sub", party, "aud", gateway, "exp", (long) now() + 60, "jti", b64(random), "method", method,
        "path", path));
    return new LinkedHashMap<>(Map.of("Authorization", "Bearer " + latin(token)));
  }

  String poll(String after) throws Exception {
    String base = "/links/" + link + "/mailbox";
    String path = base + "?wait=30&limit=50" + (after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    Answer answer = request("GET", path, token("GET", path), null);
    require(answer.status() == 200 || answer.status() == 204, "the mailbox answered " + answer.status());
    String last = after;
    for (Item item : answer.status() == 200 ? itemsOf(answer) : List.<Item>of()) {
      take(item.kind(), item.body());
      // A message leaves the mailbox by its receipt; everything else when we say so.
      if (!item.kind().equals("message")) {
        Map<String, String> headers = token("POST", base + "/acknowledge");
        headers.put("Content-Type", "application/json");
        request("POST", base + "/acknowledge", headers, utf8(Json.write(object("messageIds", List.of(item.id())))));
      }
      last = item.position();
    }
    return last;
  }

  record Item(String kind, String id, String position, byte[] body) {}

  /** The items of a mailbox answer (RFC 2046); each part tells its length, so nobody searches in payloads. */
  static List<Item> itemsOf(Answer answer) {
    Matcher type = Pattern.compile("multipart/mixed;\\s*boundary=\"?([^\";]+)\"?").matcher(answer.type());
    require(type.matches(), "no multipart answer");
    String text = latin(answer.body()), boundary = "--" + type.group(1);
    List<Item> items = new ArrayList<>();
    for (int at = 0; !text.startsWith("--", at + boundary.length()); ) {
      int end = text.indexOf("\r\n\r\n", at);
      require(end > 0, "a cut-off answer");
      Map<String, String> header = new LinkedHashMap<>();
      for (String line : text.substring(at + boundary.length() + 2, end).split("\r\n"))
        header.put(line.substring(0, line.indexOf(':')).trim().toLowerCase(), line.substring(line.indexOf(':') + 1).trim());
      int length = Integer.parseInt(header.get("content-length"));
      require(length >= 0 && end + 4 + length <= text.length(), "a cut-off answer");
      String kind = KINDS.stream().filter(one -> mediaOf(one).equals(header.get("content-type"))).findFirst().orElse("other");
      items.add(new Item(kind, URLDecoder.decode(header.get("landbridge-message-id"), StandardCharsets.UTF_8),
          URLDecoder.decode(header.get("landbridge-position"), StandardCharsets.UTF_8), Arrays.copyOfRange(answer.body(), end + 4, end + 4 + length)));
      at = end + 4 + length + 2;
    }
    return items;
  }

  void run() throws Exception {
    resend();
    for (String after = null; ; )
      try {
        after = poll(after);
      } catch (IOException | Refused reason) {
        System.err.println("once more from the beginning: " + reason);
        after = null;
        Thread.sleep(1_000);
      }
  }

  /** Everything ever sent, oldest first; each file is read once. */
  List<Sent> sentMessages() throws IOException {
    try (var names = Files.list(sent)) {
      for (Path path : names.filter(one -> one.getFileName().toString().matches("\\d{10}\\.lbm")).toList()) {
        if (index.containsKey(path.toString())) continue;
        byte[] jws = decodeFrame(Files.readAllBytes(path)).jws(), payload = unb64(latin(jws).split("\\.")[1]);
        index.put(path.toString(), new Sent(path, sha256(jws), sha256(payload), Json.object(payload, 8)));
      }
    }
    return new ArrayList<>(index.values());
  }

  /** What a crash left without a receipt: the same bytes, in order, flagged. What has had its time is for a person. */
  void resend() throws Exception {
    for (Sent one : sentMessages()) {
      boolean settled = List.of("R1+R2", "R2", "R3").stream().anyMatch(levels -> Files.exists(Path.of(one.path() + "." + levels + ".receipt")));
      if (!settled && secondsOf(one.manifest().get("notAfter")) > now()) post("message", Files.readAllBytes(one.path()), true);
    }
  }

  int send(Path file, String kind) throws Exception {
    byte[] content = Files.readAllBytes(file);
    String start = new String(content, 0, Math.min(content.length, 200), StandardCharsets.UTF_8).stripLeading();
    String media = start.startsWith("{") ? "application/json" : start.startsWith("<") ? "application/xml" : "application/edifact";
    resend();
    while (true) {
      List<Sent> before = sentMessages();
      Sent last = before.isEmpty() ? null : before.get(before.size() - 1);
      long sequence = last == null ? 1 : (Long) fields(last.manifest().get("link")).get("sequence") + 1;
      String id = messageId();
      byte[] payload = utf8(Json.write(object("profile", PROFILE, "messageId", id, "conversationId", id, "from", object("party", party), "to",
          object("party", gateway), "messageType", object("type", kind, "version", "1"), "created", instant(), "notAfter",
          instant(System.currentTimeMillis() + 72 * 3_600_000L), "priority", "B", "test", test, "link",
          last == null ? object("sequence", sequence) : object("sequence", sequence, "previous", last.digest()), "businessKeys", List.of(), "parts",
          List.of(object("name", "document", "mediaType", media, "byteLength", content.length, "digestAlgorithm", "sha-256", "digest", sha256(content))))));
      byte[] frame = encodeFrame(keys.sign(party, "lb-message+jws", payload), "document", content);
      // Its number is taken by whoever has the file first; what is on disk will be sent, whatever happens to us.
      if (!store(sent.resolve(String.format("%010d.lbm", sequence)), frame, true)) continue;
      Posted posted = post("message", frame, false);
      if (posted.status() != 200 && posted.status() != 202) return 2;
      return posted.verdict() == null ? 20 : posted.verdict().equals("refused") ? 2 : 0;
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new LinkedHashMap<>(Map.of("home", "home", "party", "", "gateway", "", "url", "", "link", "", "alg", "ES256", "type",
        "canonical/json"));
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++)
      if (arguments[i].equals("--test")) options.put("test", "");
      else if (arguments[i].startsWith("--") && i + 1 < arguments.length) options.put(arguments[i].substring(2), arguments[++i]);
      else plain.add(arguments[i]);
    switch (plain.isEmpty() ? "" : plain.get(0)) {
      case "keygen" -> System.out.println(new Keys(Path.of(options.get("home"))).generate(options.get("party"), options.get("alg")));
      case "trust" -> {
        Map<String, Object> document = Json.object(Files.readAllBytes(Path.of(plain.get(1))), 6);
        for (Map<String, Object> key : objects(document.get("keys"))) {
          require(Keys.thumbprint(key).equals(key.get("kid")), "kid is not the thumbprint");
          System.out.println("compare by telephone: " + document.get("party") + " " + key.get("kid"));
        }
        new Keys(Path.of(options.get("home"))).save(document);
      }
      case "run" -> new LandbridgePartner(options).run();
      case "send" -> System.exit(new LandbridgePartner(options).send(Path.of(plain.get(1)), options.get("type")));
      default -> {
        System.err.println("keygen, trust, run or send; the head of this file says how.");
        System.exit(64);
      }
    }
  }
}
