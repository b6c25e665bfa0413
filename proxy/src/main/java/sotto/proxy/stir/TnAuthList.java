package sotto.proxy.stir;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/**
 * Numbers that a certificate is for (RFC 8226 §9). A service provider's code stands for all that it may use: who has which
 * is known to its registry only. Immutable.
 */
record TnAuthList(boolean isProvider, List<Range> ranges) {
    static final String OID = "1.3.6.1.5.5.7.1.26";

    private static final int SPC = 0;
    private static final int RANGE = 1;
    private static final int ONE = 2;

    /** Numbers of one length, in order. */
    record Range(String first, BigInteger count) {
        boolean has(String number) {
            if (!isDigits(first) || !isDigits(number)) {
                return number.equals(first);
            }
            BigInteger distance = new BigInteger(number).subtract(new BigInteger(first));
            return number.length() == first.length() && distance.signum() >= 0 && distance.compareTo(count) < 0;
        }

        private static boolean isDigits(String text) {
            return text.chars().allMatch(c -> c >= '0' && c <= '9');
        }
    }

    /** Empty where the certificate has none. */
    static Optional<TnAuthList> of(X509Certificate certificate) throws CertificateException {
        byte[] value = certificate.getExtensionValue(OID);
        if (value == null) {
            return Optional.empty();
        }
        try {
            byte[] list = ASN1OctetString.getInstance(value).getOctets();
            return Optional.of(read(ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(list))));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new CertificateException("its TNAuthList cannot be read", e);
        }
    }

    private static TnAuthList read(ASN1Sequence entries) {
        boolean isProvider = false;
        List<Range> ranges = new ArrayList<>();
        for (ASN1Encodable entry : entries) {
            ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(entry);
            ASN1Encodable value = tagged.getExplicitBaseObject();
            switch (tagged.getTagNo()) {
                case SPC -> isProvider |= !text(value).isEmpty();
                case RANGE -> {
                    ASN1Sequence range = ASN1Sequence.getInstance(value);
                    BigInteger count =
                            ASN1Integer.getInstance(range.getObjectAt(1)).getValue();
                    ranges.add(new Range(text(range.getObjectAt(0)), count));
                }
                case ONE -> ranges.add(new Range(text(value), BigInteger.ONE));
                default -> throw new IllegalArgumentException("a kind of entry that RFC 8226 does not have");
            }
        }
        return new TnAuthList(isProvider, List.copyOf(ranges));
    }

    private static String text(ASN1Encodable value) {
        return ASN1IA5String.getInstance(value).getString();
    }

    /** @param number canonical, without a plus */
    boolean covers(String number) {
        return isProvider || ranges.stream().anyMatch(range -> range.has(number));
    }
}
