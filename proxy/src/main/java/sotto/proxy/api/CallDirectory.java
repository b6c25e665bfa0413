package sotto.proxy.api;

import java.util.List;
import java.util.Optional;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.b2bua.Calls;

/** What the API asks of calls. Thread-safe. */
interface CallDirectory {
    List<CallView> list();

    Optional<CallView> find(String id);

    boolean hangUp(String id);

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
        };
    }
}
