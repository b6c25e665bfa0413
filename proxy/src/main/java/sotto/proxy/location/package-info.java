/** Phones that register at a PBX through us: where they are, how they are reached, and that it survives a restart. */
@NullMarked
package sotto.proxy.location;

import org.jspecify.annotations.NullMarked;
