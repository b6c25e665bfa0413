package sotto.proxy.location;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sotto.proxy.config.PeerPolicy;

/**
 * All bindings, by token and by flow, in memory and in the file. Thread-safe; bounded by what is configured for each PBX.
 *
 * <pre>
 *  a binding is          found by token    found by flow    counts against the bounds
 *  good                  yes               yes              yes
 *  over, up to 5 min     yes, as over      no               until somebody else needs the place
 *  over for longer       no                no               no
 *  its WebSocket closed  yes               no               until somebody else needs the place
 * </pre>
 */
final class BindingTable implements AutoCloseable {
    private static final Duration REMEMBERED = Duration.ofMinutes(5); // 480 meanwhile, then 404

    private final BindingFile file; // all below is under our own monitor
    private final Map<String, Binding> byToken = new HashMap<>();
    private final Map<Binding.Flow, Set<String>> byFlow = new HashMap<>();
    private final Map<OfRecord, Set<String>> byRecord = new HashMap<>();
    private final Map<String, Integer> byPbx = new HashMap<>();

    private record OfRecord(String pbx, String record) {}

    private BindingTable(BindingFile file) {
        this.file = file;
    }

    /** Opens the file, and takes over what is not over of those PBXs. */
    static BindingTable open(Path path, Predicate<String> isPbx, Instant now) throws IOException {
        BindingTable table = new BindingTable(BindingFile.open(path));
        table.file.loaded().stream()
                .filter(binding -> isPbx.test(binding.pbx()) && !binding.isOver(now))
                .map(binding -> binding.flow().transport().isWebSocket() ? binding.lost() : binding)
                .forEach(table::keep);
        return table;
    }

    byte[] secret() {
        return file.secret();
    }

    synchronized Optional<Binding> of(String token) {
        return Optional.ofNullable(byToken.get(token));
    }

    /** Those of one address of record that are good. */
    synchronized List<Binding> of(String pbx, String record, Instant now) {
        return byRecord.getOrDefault(new OfRecord(pbx, record), Set.of()).stream()
                .flatMap(token -> Optional.ofNullable(byToken.get(token)).stream())
                .filter(binding -> !binding.isOver(now))
                .toList();
    }

    /** One of those that use a flow, where there is a good one. */
    synchronized Optional<Binding> at(Binding.Flow flow, Instant now) {
        return byFlow.getOrDefault(flow, Set.of()).stream()
                .flatMap(token -> Optional.ofNullable(byToken.get(token)).stream())
                .filter(binding -> !binding.isOver(now))
                .findFirst();
    }

    synchronized List<Binding> all(Instant now) {
        return byToken.values().stream().filter(binding -> !binding.isOver(now)).toList();
    }

    /** Why there is no room for somebody. */
    enum Full {
        /** All of the PBX's places are taken. */
        PBX,
        /** The address of record has as many as it may. */
        RECORD
    }

    /** Empty where these may be put; those that are there already take no place. */
    synchronized Optional<Full> full(String pbx, String record, Set<String> tokens, PeerPolicy.Phones rule) {
        Set<String> ofRecord = byRecord.getOrDefault(new OfRecord(pbx, record), Set.of());
        long more = tokens.stream().filter(token -> !byToken.containsKey(token)).count();
        if (more == 0) {
            return Optional.empty();
        }
        if (ofRecord.size() + more > rule.mostPerUser() || byPbx.getOrDefault(pbx, 0) + more > rule.most()) {
            sweep(Instant.now(), Duration.ZERO);
            byToken.values().stream()
                    .filter(Binding::isLost)
                    .map(Binding::token)
                    .toList()
                    .forEach(this::forget);
        }
        if (ofRecord.size() + more > rule.mostPerUser()) {
            return Optional.of(Full.RECORD);
        }
        return byPbx.getOrDefault(pbx, 0) + more > rule.most() ? Optional.of(Full.PBX) : Optional.empty();
    }

    /** False where it was there already, and is renewed. */
    synchronized boolean put(Binding binding) {
        boolean isNew = byToken.get(binding.token()) == null
                || byToken.get(binding.token()).isOver(Instant.now());
        keep(binding);
        file.write(BindingText.put(binding), byToken.values());
        return isNew;
    }

    /** The connection of a flow is over; those of PBXs in its realm lead nowhere now. */
    synchronized void lose(Binding.Flow flow, Predicate<String> isInRealm) {
        List<Binding> along = byFlow.getOrDefault(flow, Set.of()).stream()
                .flatMap(token -> Optional.ofNullable(byToken.get(token)).stream())
                .filter(binding -> isInRealm.test(binding.pbx()))
                .toList();
        along.forEach(binding -> keep(binding.lost()));
    }

    private void keep(Binding binding) {
        forget(binding.token());
        byToken.put(binding.token(), binding);
        add(byFlow, binding.flow(), binding.token());
        add(byRecord, new OfRecord(binding.pbx(), binding.record()), binding.token());
        byPbx.merge(binding.pbx(), 1, Integer::sum);
    }

    /** False where it was not there. */
    synchronized boolean remove(String token) {
        boolean wasThere = forget(token);
        if (wasThere) {
            file.write(BindingText.removed(token), byToken.values());
        }
        return wasThere;
    }

    private boolean forget(String token) {
        @Nullable Binding known = byToken.remove(token);
        if (known == null) {
            return false;
        }
        remove(byFlow, known.flow(), token);
        remove(byRecord, new OfRecord(known.pbx(), known.record()), token);
        byPbx.merge(known.pbx(), -1, Integer::sum);
        return true;
    }

    private static <K> void add(Map<K, Set<String>> index, K key, String token) {
        index.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(token);
    }

    private static <K> void remove(Map<K, Set<String>> index, K key, String token) {
        index.computeIfPresent(key, (k, tokens) -> tokens.remove(token) && tokens.isEmpty() ? null : tokens);
    }

    /** Forgets those that are over for long. */
    synchronized void sweep(Instant now) {
        sweep(now, REMEMBERED);
    }

    private void sweep(Instant now, Duration remembered) {
        List<String> old = byToken.values().stream()
                .filter(binding -> binding.isOver(now.minus(remembered)))
                .map(Binding::token)
                .toList();
        old.forEach(this::forget);
    }

    @Override
    public synchronized void close() {
        file.close();
    }
}
