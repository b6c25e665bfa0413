package sotto.proxy.location;

import java.time.Instant;
import java.util.Optional;
import sotto.proxy.sip.SipTransport;

/**
 * A phone's registration, as an operator sees it. Immutable.
 *
 * @param peer name of the PBX
 * @param record address of record, user@domain
 * @param contact where the phone says that it is, without parameters
 * @param received where its REGISTER came from
 * @param isNat whether those two are not the same place
 * @param isOutbound whether RFC 5626 is in use with it
 * @param expires when it ends unless it is renewed
 * @param answered when it last answered a keep-alive; empty where it did not, or is not asked
 */
public record BindingView(
        String peer,
        String record,
        String contact,
        String received,
        SipTransport transport,
        boolean isNat,
        boolean isOutbound,
        Instant expires,
        Optional<Instant> answered) {}
