package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.e2e.Peers;

/** Records on disk: what they say, that others can check them, and that whatever is done to them shows. */
final class EvidenceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path parent;

    private Path directory;
    private Path records;
    private Path publicKey;

    @BeforeEach
    void name() {
        directory = parent.resolve("evidence");
        records = directory.resolve("records.jws");
        publicKey = directory.resolve("public.pem");
    }

    private Evidence open() throws IOException {
        return Evidence.open(new EvidenceSettings(directory, "node-1", "0.1.0"));
    }

    private void write(int first, int count) throws IOException {
        try (Evidence evidence = open()) {
            for (int i = first; i < first + count; i++) {
                evidence.write(SampleMasks.payment(i), SampleMasks.report());
            }
            assertThat(evidence.counts()).isEqualTo(new EvidenceCounts(count, 0, 0, 0, 0));
        }
    }

    private ChainCheck.Result check() throws IOException {
        return ChainCheck.of(records, List.of(VerifyingKey.read(publicKey)));
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(records, US_ASCII));
    }

    private void put(List<String> lines) throws IOException {
        Files.writeString(records, String.join("\n", lines) + "\n", ISO_8859_1);
    }

    @Test
    void aRecordSaysAllAndAStrangerCanCheckIt() throws Exception {
        write(1, 2);
        String[] parts = lines().get(1).split("\\.");
        Signature signature = Signature.getInstance("Ed25519"); // RFC 8037, without a line of the program
        String pem = Files.readString(publicKey).replaceAll("-----[A-Z ]+-----|\\s", "");
        signature.initVerify(KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem))));
        signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();

        JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
        assertThat(header.get("alg").asText()).isEqualTo("EdDSA");
        assertThat(header.get("kid").asText())
                .isEqualTo(VerifyingKey.read(publicKey).id());
        JsonNode record = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(record.get("previous").asText()).isEqualTo(VerifyingKey.hash(lines().get(0)));
        JsonNode expected = JSON.readTree(
                """
                {"sequence": 2, "node": "node-1", "version": "0.1.0", "callId": "call-2",
                 "paymentId": "pay_000000000000000000000002", "result": "captured",
                 "requestedAt": "2026-11-25T04:00:00.000001Z", "onAt": "2026-11-25T04:00:00.003001Z",
                 "speechAt": "2026-11-25T04:00:40.000001Z", "end": "speech",
                 "sinks": [{"name": "agent-leg", "acknowledgedAt": "2026-11-25T04:00:00.001235Z", "afterMicroseconds": 1234},
                           {"name": "tap", "acknowledgedAt": "2026-11-25T04:00:00.003001Z", "afterMicroseconds": 3000}],
                 "presses": {"in-band": 19, "telephone-event": 4}, "pressesTaken": 23,
                 "tones": {"leastLeadSamples": 220, "leastLeadMs": 27.5, "leastTrailSamples": null,
                           "leastTrailMs": null, "packetsForwarded": 0}}""");
        ((com.fasterxml.jackson.databind.node.ObjectNode) record).remove(List.of("previous", "writtenAt"));
        assertThat(record).isEqualTo(expected);
    }

    /** RFC 8037 A.2, A.3: the thumbprint of the key of RFC 8032 §7.1, test 1. */
    @Test
    void theIdOfAKeyIsItsThumbprint() throws Exception {
        byte[] der = java.util.HexFormat.of()
                .parseHex("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        VerifyingKey key =
                new VerifyingKey(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
        assertThat(key.x()).isEqualTo("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assertThat(key.id()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    @Test
    void theChainGoesOnOverARestart() throws Exception {
        write(1, 3);
        write(4, 2);
        ChainCheck.Result result = check();
        assertThat(result.problems()).isEmpty();
        assertThat(result.records()).isEqualTo(5);
        assertThat(result.last()).isEqualTo(VerifyingKey.hash(lines().get(4)));
        try (Evidence evidence = open()) {
            assertThat(evidence.head()).isEqualTo(new Evidence.Head(5, result.last()));
            assertThat(evidence.find(SampleMasks.id(2)).orElseThrow().jws()).isEqualTo(lines().get(1));
            assertThat(evidence.find(SampleMasks.id(7))).isEmpty();
        }
        for (String name : List.of("key.pem", "records.jws")) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(name)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void anyOctetThatIsChangedIsFoundAndItsLineNamed() throws Exception {
        write(1, 3);
        byte[] whole = Files.readAllBytes(records);
        Random random = new Random(3);
        int second = lines().get(0).length() + 1;
        int third = second + lines().get(1).length() + 1;
        List<Integer> places = new ArrayList<>(List.of(second, third - 2));
        for (int i = 0; i < 60; i++) {
            places.add(random.nextInt(whole.length - 1));
        }
        for (int at : places) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << random.nextInt(7));
            Files.write(records, changed);
            String line = "line " + (at < second ? 1 : at < third ? 2 : 3) + ":";
            assertThat(check().problems())
                    .as("octet " + at)
                    .isNotEmpty()
                    .first()
                    .asString()
                    .startsWith(line);
        }
    }

    /** Four of its six bits say nothing of the signature: a lenient decoder takes 16 characters for one. */
    @Test
    void theLastCharacterOfTheLastLineIsAsItWasWritten() throws Exception {
        write(1, 1);
        byte[] octets = Files.readAllBytes(records);
        int last = octets.length - 2;
        byte written = octets[last];
        for (char other : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            octets[last] = (byte) other;
            Files.write(records, octets);
            assertThat(check().problems()).as("" + other).hasSize(other == written ? 0 : 1);
        }
    }

    @Test
    void linesThatAreMissingOrMovedAreFound() throws Exception {
        write(1, 4);
        List<String> all = lines();
        put(List.of(all.get(0), all.get(2), all.get(3)));
        assertThat(check().problems()).containsExactly("line 2: is record 3 where 2 was to come");
        put(List.of(all.get(2), all.get(3)));
        assertThat(check().problems()).containsExactly("line 1: is record 3 where 1 was to come");
        put(List.of(all.get(0), all.get(2), all.get(1), all.get(3)));
        assertThat(check().problems()).hasSize(3);
        Files.writeString(records, String.join("\n", all)); // no line end
        assertThat(check().problems()).containsExactly("line 4: has no end: it is a part of a record");
        put(all);
        assertThat(check().problems()).isEmpty();
    }

    /** Who has the key can sign anything, but not make the next record, which is signed already, follow it. */
    @Test
    void aRecordPutInPlaceOfAnotherIsFound() throws Exception {
        write(1, 3);
        List<String> all = lines();
        SealingKey key = SealingKey.open(directory, true);
        String payload = VerifyingKey.read(publicKey).payload(all.get(1)).orElseThrow();
        String other = payload.replace("\"pressesTaken\":23", "\"pressesTaken\":22");
        assertThat(other).isNotEqualTo(payload);
        all.set(1, key.seal(other));
        put(all);
        assertThat(check().problems()).containsExactly("line 3: does not follow the line before it");
    }

    @Test
    void aPartOfARecordIsCutOffAndAKeyThatIsGoneIsSaid() throws Exception {
        write(1, 2);
        Files.writeString(records, "eyJhbGci", StandardOpenOption.APPEND);
        write(3, 1);
        assertThat(check()).isEqualTo(new ChainCheck.Result(3, List.of(), VerifyingKey.hash(lines().get(2))));
        Path key = directory.resolve("key.pem");
        Path away = Files.move(key, parent.resolve("key.pem"));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("key.pem is missing");
        Files.move(away, key);
        Files.delete(publicKey);
        new VerifyingKey(java.security.KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic())
                .write(publicKey);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("is not the public key of");
    }

    @Test
    void whatCannotBeWrittenWaitsAndIsCounted() throws Exception {
        write(1, 1);
        Evidence over;
        try (Evidence evidence = open()) {
            Path away = Files.move(records, parent.resolve("records.jws"));
            Files.createDirectory(records); // as good as a disk that refuses
            evidence.write(SampleMasks.payment(2), SampleMasks.report(3));
            evidence.write(SampleMasks.payment(3), SampleMasks.report());
            assertThat(evidence.counts()).isEqualTo(new EvidenceCounts(0, 2, 2, 0, 3));
            Files.delete(records);
            Files.move(away, records);
            assertThat(evidence.find(SampleMasks.id(2))).isPresent();
            assertThat(evidence.counts()).isEqualTo(new EvidenceCounts(2, 2, 0, 0, 3));
            over = evidence;
        }
        over.write(SampleMasks.payment(4), SampleMasks.report());
        assertThat(over.counts().lost()).isEqualTo(1);
        assertThat(check().problems()).isEmpty();
        assertThat(check().records()).isEqualTo(3);
    }

    @Test
    void aFileThatIsMovedAwayIsWholeAndTheNextBeginsAnew() throws Exception {
        try (Evidence evidence = open()) {
            evidence.write(SampleMasks.payment(1), SampleMasks.report());
            Path old = Files.move(records, parent.resolve("old.jws"));
            evidence.write(SampleMasks.payment(2), SampleMasks.report());
            assertThat(ChainCheck.of(old, List.of(evidence.key())).problems()).isEmpty();
        }
        assertThat(check()).extracting(ChainCheck.Result::records).isEqualTo(1L);
        assertThat(check().problems()).isEmpty();
    }

    /** The lines of docs/runbook.md. */
    @Test
    void opensslAloneChecksARecord() throws Exception {
        Peers.require("openssl", "openssl");
        write(1, 2);
        String runbook = Files.readString(Path.of("..", "docs", "runbook.md"));
        String commands = runbook.substring(runbook.indexOf("sed -n 2p records.jws"));
        commands = commands.substring(0, commands.indexOf("```"));
        assertThat(shell(commands)).contains("Signature Verified Successfully");
        String previous = JSON.readTree(
                        Base64.getUrlDecoder().decode(lines().get(1).split("\\.")[1]))
                .get("previous")
                .asText();
        assertThat(shell(commands)).contains(previous);
        put(List.of(lines().get(0), lines().get(1).replaceFirst("(?<=\\..{20}).", "_")));
        assertThat(shell(commands)).doesNotContain("Signature Verified Successfully");
    }

    private String shell(String commands) throws Exception {
        Path output = parent.resolve("openssl.out");
        Process shell = new ProcessBuilder("sh", "-c", commands)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }
}
