package sotto.proxy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.guard.GuardSettings;

/** Reads the section {@code sip.guard}. Stateless. */
final class GuardReader {
    private static final String SCANNER = "[A-Za-z0-9._/-]{3,64}";
    private static final String RANGES =
            "addresses and ranges such as 192.0.2.0/24 or 2001:db8::/32, with spaces between";
    private static final int MOST_RANGES = 1000;

    private GuardReader() {}

    static GuardSettings guard(Section keys) {
        GuardSettings usual = GuardSettings.USUAL;
        boolean enabled = keys.flag("enabled", usual.enabled());
        int rate = keys.integer("requests-per-second", usual.rate(), 1, 10_000);
        int burst = keys.integer("burst", usual.burst(), 1, 10_000);
        int strangers = keys.integer("strangers-per-second", usual.strangersRate(), 1, 100_000);
        int wrong = keys.integer("wrong-passwords", usual.wrongPasswords(), 1, 1000);
        Duration banFor = keys.duration("ban-for", usual.banFor(), Duration.ofSeconds(1), Duration.ofDays(7));
        List<String> scanners = keys.text(
                        "scanners",
                        "words of a User-Agent, with spaces between",
                        "write words of 3 to 64 letters, digits and . _ / -, or none for none",
                        GuardReader::scanners)
                .orElse(usual.scanners());
        List<AddressRange> allow = ranges(keys, "allow", "nobody but the peers is exempt");
        List<AddressRange> deny = ranges(keys, "deny", "nobody is");
        keys.end();
        for (AddressRange denied : deny) {
            allow.stream()
                    .filter(range -> range.contains(denied))
                    .findFirst()
                    .ifPresent(range -> keys.problem(
                            "deny",
                            " names " + denied + ", which is in " + range
                                    + " of sip.guard.allow, and that wins; take it out of" + " one of the two"));
        }
        return new GuardSettings(enabled, rate, burst, strangers, wrong, banFor, scanners, allow, deny);
    }

    private static Optional<List<String>> scanners(String text) {
        if (text.equals("none")) {
            return Optional.of(List.of());
        }
        List<String> words = List.of(text.split(" +"));
        return words.stream().allMatch(word -> word.matches(SCANNER)) ? Optional.of(words) : Optional.empty();
    }

    static List<AddressRange> ranges(Section keys, String key, String without) {
        return keys.text(key, RANGES, "no bit may be set beyond a prefix; without the key " + without, text -> {
                    List<AddressRange> ranges = new ArrayList<>();
                    for (String word : text.split(" +")) {
                        AddressRange.parse(word).ifPresent(ranges::add);
                    }
                    boolean all = ranges.size() == text.split(" +").length && ranges.size() <= MOST_RANGES;
                    return all ? Optional.of(List.copyOf(ranges)) : Optional.empty();
                })
                .orElse(List.of());
    }
}
