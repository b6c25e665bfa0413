package sotto.proxy.sipp;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios. Stateless. */
public final class Rows {
    private Rows() {}

    /** Fresh ones. */
    public static List<Row> all() {
        return Stream.of(
                        CallRows.all(),
                        RingingRows.all(),
                        SessionRows.all(),
                        TimerRows.all(),
                        RequestRows.all(),
                        PeerRows.all(),
                        PassageRows.all(),
                        OfferRows.all(),
                        TransferRows.all(),
                        FaxRows.all(),
                        SiteRows.all())
                .flatMap(List::stream)
                .toList();
    }
}
