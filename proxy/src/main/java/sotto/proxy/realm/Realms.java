package sotto.proxy.realm;

import java.util.List;
import java.util.Optional;

/** All networks, in the order of the file; at least one. Immutable. */
public record Realms(List<Realm> all) {
    public Realms {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no realm: nobody could be reached; name one");
        }
    }

    /** A single one. */
    public static Realms only(Realm realm) {
        return new Realms(List.of(realm));
    }

    /** True where there is nothing to keep apart, and nothing to name. */
    public boolean isDefault() {
        return all.size() == 1 && all.getFirst().name().equals(Realm.DEFAULT);
    }

    public Optional<Realm> find(String name) {
        return all.stream().filter(realm -> realm.name().equals(name)).findFirst();
    }

    /**
     * One of them.
     *
     * @throws IllegalArgumentException where nothing has that name
     */
    public Realm of(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no realm is called " + name));
    }

    /** Place in the list, which is that of its ports in the media plane. */
    public int index(Realm realm) {
        return all.indexOf(realm);
    }
}
