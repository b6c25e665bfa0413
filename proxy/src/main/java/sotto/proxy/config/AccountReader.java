package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads what a peer's section says of passwords. Stateless. */
final class AccountReader {
    private static final String USER = "[A-Za-z0-9._+-]{1,64}"; // it is in a URI and in a quoted string

    private AccountReader() {}

    static Optional<Account> account(Section keys, NamedFiles files) {
        Optional<String> user = keys.text(
                "user",
                "1 to 64 letters, digits and . _ + -",
                "write the name that this peer knows you by; without the key no challenge is answered",
                text -> text.matches(USER) ? Optional.of(text) : Optional.empty());
        Optional<Path> password = files.secret(keys, "password-file");
        Set<Account.Hash> hashes = keys.text(
                        "digest",
                        "md5, sha-256 and sha-512-256, with spaces between",
                        "name those that may be used; without the key it is all of them",
                        AccountReader::hashes)
                .orElse(EnumSet.allOf(Account.Hash.class));
        boolean authenticate = keys.flag("authenticate", false);
        Optional<Account.Registration> registration = registration(keys);
        if (authenticate || registration.isPresent() || keys.has("user") || keys.has("password-file")) {
            keys.missing("user", "write the name that goes with the password");
            keys.missing("password-file", "write the name of a file whose first line is the password");
        }
        return user.isPresent() && password.isPresent()
                ? Optional.of(new Account(user.get(), password.get(), hashes, authenticate, registration))
                : Optional.empty();
    }

    private static Optional<Set<Account.Hash>> hashes(String text) {
        Set<Account.Hash> hashes = EnumSet.noneOf(Account.Hash.class);
        for (String word : text.split(" +")) {
            Optional<Account.Hash> hash = Account.Hash.of(word);
            if (hash.isEmpty()) {
                return Optional.empty();
            }
            hashes.add(hash.get());
        }
        return Optional.of(hashes);
    }

    private static Optional<Account.Registration> registration(Section keys) {
        boolean isThere = keys.has("register");
        Section register = keys.section("register");
        Duration expires =
                register.duration("expires", Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofHours(24));
        Duration retry =
                register.duration("retry", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10));
        register.end();
        return isThere ? Optional.of(new Account.Registration(expires, retry)) : Optional.empty();
    }
}
