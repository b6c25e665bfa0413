package sotto.proxy.realm;

import java.util.Optional;
import java.util.OptionalInt;

/** A single network on loopback, as most tests have it. Stateless. */
public final class OneRealm {
    private OneRealm() {}

    public static Realm realm() {
        return at("127.0.0.1", 5060, OptionalInt.empty());
    }

    /** One that listens there, with UDP and TCP on one port. */
    public static Realm at(String bind, int port, OptionalInt tlsPort) {
        return at(bind, port, tlsPort, OptionalInt.empty(), OptionalInt.empty());
    }

    /** The same with WebSocket. */
    public static Realm at(String bind, int port, OptionalInt tlsPort, OptionalInt wsPort, OptionalInt wssPort) {
        return new Realm(
                Realm.DEFAULT,
                new Realm.Signalling(bind, Optional.empty(), port, port, tlsPort, wsPort, wssPort),
                new Realm.Audio(bind, Optional.empty(), 20_000, 29_999));
    }

    public static Realms realms() {
        return Realms.only(realm());
    }
}
