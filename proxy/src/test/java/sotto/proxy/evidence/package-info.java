/** Records of captures: written, chained, signed, and checked by those who only have the public key. */
@NullMarked
package sotto.proxy.evidence;

import org.jspecify.annotations.NullMarked;
