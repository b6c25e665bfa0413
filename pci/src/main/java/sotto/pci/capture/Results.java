package sotto.pci.capture;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what came of payments, each at the moment it is known: a decline that is tried again is one decline, and one of
 * whatever comes of the other card. Thread-safe.
 */
final class Results {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(PaymentState result) {
        count(result.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    void count(String result) {
        counts.computeIfAbsent(result, name -> new LongAdder()).increment();
    }

    /** By name, in lower case with hyphens. */
    Map<String, Long> all() {
        Map<String, Long> now = new TreeMap<>();
        counts.forEach((name, count) -> now.put(name, count.sum()));
        return now;
    }
}
