/** STIR and SHAKEN: who vouches for a caller's number. Knows nothing of SIP messages but values of their headers. */
@NullMarked
package sotto.proxy.stir;

import org.jspecify.annotations.NullMarked;
