package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sotto.proxy.config.PeerStir.Sign;
import sotto.proxy.config.PeerStir.Verification;
import sotto.proxy.config.PeerStir.Verify;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.CertificateStore;
import sotto.proxy.stir.SigningKey;

/** Reads the section {@code stir}, of the file and of each peer. One thread. */
final class StirReader {
    private static final Duration USUAL_AGE = Duration.ofSeconds(60); // RFC 8224 §6.2 step 5

    private final NamedFiles files;
    private final Section store;
    private final Optional<Path> certificates;
    private final Optional<Path> anchors;
    private final Duration maxAge;

    /** @param store the file's own section */
    StirReader(Section store, NamedFiles files) {
        this.files = files;
        this.store = store;
        this.certificates = files.readableDirectory(store, "certificates");
        this.anchors = files.certificates(store, "anchors");
        this.maxAge = store.duration("max-age", USUAL_AGE, Duration.ofSeconds(5), Duration.ofMinutes(10));
        store.end();
    }

    PeerStir peer(Section keys) {
        Verify verify = keys.choice("verify", Verify.OFF);
        List<String> attestFull = keys.text(
                        "attest-full",
                        "beginnings of numbers, with spaces between",
                        "write such as +4930 +4940; without the key no number gets A",
                        StirReader::prefixes)
                .orElse(List.of());
        Optional<Sign> sign = sign(keys.section("sign"), keys.has("sign"));
        keys.end();
        return new PeerStir(verification(verify), attestFull, sign);
    }

    private Optional<Verification> verification(Verify verify) {
        if (verify == Verify.OFF) {
            return Optional.empty();
        }
        store.missing("certificates", "write the directory that certificates of signers are put into");
        store.missing("anchors", "write the PEM file with the authorities that signers' certificates must chain to");
        return certificates.isPresent() && anchors.isPresent()
                ? Optional.of(new Verification(verify == Verify.REQUIRE, certificates.get(), anchors.get(), maxAge))
                : Optional.empty();
    }

    private static Optional<List<String>> prefixes(String text) {
        List<String> prefixes = new ArrayList<>();
        for (String word : text.split("[ ,]+")) {
            if (!word.matches("\\+?\\d{1,15}")) {
                return Optional.empty();
            }
            prefixes.add(word.replace("+", ""));
        }
        return Optional.of(prefixes);
    }

    private Optional<Sign> sign(Section keys, boolean isThere) {
        if (isThere) {
            keys.missing("certificate", "write the PEM file with our certificate, the one that others find at x5u");
            keys.missing("key-file", "write the PEM file with its private key");
            keys.missing("x5u", "write the https URL that others find the certificate at");
        }
        Optional<Path> certificate = files.certificates(keys, "certificate");
        Optional<Path> keyFile = files.secret(keys, "key-file");
        Optional<String> x5u = keys.text(
                "x5u",
                "an https URL",
                "write the one that others find the certificate at",
                text -> CertificateStore.fileName(text).isPresent() && text.matches("[!#-;=?-~]{1,256}")
                        ? Optional.of(text)
                        : Optional.empty());
        Attest attest = keys.text(
                        "attest",
                        "A, B or C",
                        "write the highest attestation that it is told; without the key it is A",
                        StirReader::attest)
                .orElse(Attest.A);
        keys.end();
        if (certificate.isEmpty() || keyFile.isEmpty() || x5u.isEmpty()) {
            return Optional.empty();
        }
        SigningKey key = new SigningKey(keyFile.get(), certificate.get());
        check(keys, key);
        return Optional.of(new Sign(key, x5u.get(), attest));
    }

    private static void check(Section keys, SigningKey key) {
        try {
            if (!key.isPair()) {
                keys.problem(
                        "key-file",
                        "=" + key.keyFile() + " does not go with certificate; nobody could verify our signatures");
            }
        } catch (SigningKey.Unusable e) {
            keys.problem("key-file", "=" + key.keyFile() + " " + e.getMessage());
        }
    }

    private static Optional<Attest> attest(String text) {
        for (Attest attest : Attest.values()) {
            if (attest.name().equals(text)) {
                return Optional.of(attest);
            }
        }
        return Optional.empty();
    }
}
