package sotto.proxy.sdp;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Attributes of a fax (ITU-T T.38 Annex D.2.3) that cross from one side to the other as they are, for the two gateways agree
 * on them. Stateless.
 *
 * <pre>
 *  crosses                                          bound
 *  T38FaxVersion                                    0 to 99
 *  T38MaxBitRate                                    6 digits, bit/s
 *  T38FaxRateManagement                             localTCF, transferredTCF
 *  T38FaxMaxBuffer, T38FaxMaxIFP                    6 digits, octets
 *  T38FaxMaxDatagram                                5 digits, octets; above 2,047 it says 2,047: no longer one is relayed
 *  T38FaxUdpEC                                      t38UDPNoEC, t38UDPRedundancy, t38UDPFEC
 *  T38FaxFillBitRemoval, T38FaxTranscodingMMR,      alone, or 0 or 1
 *  T38FaxTranscodingJBIG
 *
 *  does not                                         why
 *  T38VendorInfo                                    names the maker of the peer's gateway
 *  any that we do not know, a second of its name    might name an address (RFC 8866 §5.13: it is to be ignored)
 * </pre>
 *
 * <p>Names and values are read in any case, as gateways write them, and cross as they came.
 */
final class FaxAttributes {
    private static final int MOST_DATAGRAM_BYTES = 2_047; // media's slot, less one
    private static final Pattern SAFE = Pattern.compile(
            "(T38FaxVersion):\\d{1,2}"
                    + "|(T38MaxBitRate|T38FaxMaxBuffer|T38FaxMaxIFP):\\d{1,6}"
                    + "|(T38FaxMaxDatagram):(\\d{1,5})"
                    + "|(T38FaxRateManagement):(?:localTCF|transferredTCF)"
                    + "|(T38FaxUdpEC):(?:t38UDPNoEC|t38UDPRedundancy|t38UDPFEC)"
                    + "|(T38FaxFillBitRemoval|T38FaxTranscodingMMR|T38FaxTranscodingJBIG)(?::[01])?",
            Pattern.CASE_INSENSITIVE);

    private FaxAttributes() {}

    /** The lines that cross, whole; at most one of each name. */
    static List<String> of(List<SdpLine> image) {
        Set<String> names = new HashSet<>();
        return image.stream()
                .filter(line -> line.type() == 'a')
                .map(line -> SAFE.matcher(line.text().strip()))
                .filter(Matcher::matches)
                .filter(line -> names.add(name(line)))
                .map(line -> "a=" + bounded(line))
                .toList();
    }

    private static String name(Matcher line) {
        return line.group().split(":", 2)[0].toLowerCase(Locale.ROOT);
    }

    private static String bounded(Matcher line) {
        boolean tooLong = line.group(4) != null && Integer.parseInt(line.group(4)) > MOST_DATAGRAM_BYTES;
        return tooLong ? line.group(3) + ":" + MOST_DATAGRAM_BYTES : line.group();
    }
}
