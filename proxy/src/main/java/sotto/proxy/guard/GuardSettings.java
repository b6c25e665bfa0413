package sotto.proxy.guard;

import java.time.Duration;
import java.util.List;

/**
 * What a source that is no peer may do.
 *
 * @param enabled whether sources are banned for what they do; bans by hand and {@code deny} hold either way
 * @param rate messages and connections a second of one source, on average
 * @param burst so many may come at once
 * @param strangersRate messages and connections a second of all such sources together
 * @param wrongPasswords so many in the length of a ban, and the source is banned
 * @param banFor how long a ban lasts
 * @param scanners words of a User-Agent that only scanners have
 * @param allow sources that are let through whatever they do
 * @param deny sources that are never let through
 */
public record GuardSettings(
        boolean enabled,
        int rate,
        int burst,
        int strangersRate,
        int wrongPasswords,
        Duration banFor,
        List<String> scanners,
        List<AddressRange> allow,
        List<AddressRange> deny) {
    public static final List<String> KNOWN_SCANNERS = List.of(
            "friendly-scanner",
            "friendly-request",
            "sipvicious",
            "sipcli",
            "sip-scan",
            "sundayddr",
            "pplsip",
            "VaxSIPUserAgent",
            "VaxIPUserAgent",
            "iWar",
            "siparmyknife",
            "SIVuS",
            "smap");

    /**
     * Far above a phone, or the proxies of a carrier that are not named; far below what a scanner does. All strangers
     * together: a sixth of a core, for a refusal costs 0.35 ms.
     */
    public static final GuardSettings USUAL =
            new GuardSettings(true, 20, 100, 500, 10, Duration.ofMinutes(10), KNOWN_SCANNERS, List.of(), List.of());

    /** Nobody is banned for anything. */
    public static final GuardSettings OFF =
            new GuardSettings(false, 20, 100, 500, 10, Duration.ofMinutes(10), List.of(), List.of(), List.of());

    public GuardSettings {
        scanners = List.copyOf(scanners);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }
}
