package sotto.proxy.api;

import java.util.List;
import java.util.Optional;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.b2bua.Calls;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.location.BindingView;
import sotto.proxy.location.LocationService;
import sotto.proxy.trunk.PeerView;

/** What the API asks of calls. Thread-safe. */
interface CallDirectory {
    List<CallView> list();

    Optional<CallView> find(String id);

    boolean hangUp(String id);

    /** How trunks and the peers behind them do. */
    List<PeerView> peers();

    /** Phones that are registered through us. */
    List<BindingView> registrations();

    /** Who is not listened to. */
    SourceGuard guard();

    static CallDirectory of(Calls calls) {
        return new CallDirectory() {
            @Override
            public List<CallView> list() {
                return calls.list();
            }

            @Override
            public Optional<CallView> find(String id) {
                return calls.find(id);
            }

            @Override
            public boolean hangUp(String id) {
                return calls.hangUp(id);
            }

            @Override
            public List<PeerView> peers() {
                return calls.peers();
            }

            @Override
            public List<BindingView> registrations() {
                return calls.phones().map(LocationService::views).orElse(List.of());
            }

            @Override
            public SourceGuard guard() {
                return calls.guard();
            }
        };
    }
}
